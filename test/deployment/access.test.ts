import {
  BatchDeleteImageCommand, BatchGetImageCommand, DeleteLifecyclePolicyCommand, DeleteRepositoryCommand, DescribeImagesCommand, ECRClient,
  GetRepositoryPolicyCommand, PutImageCommand, PutImageTagMutabilityCommand, SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { GetRoleCommand, GetRolePolicyCommand, ListRolePoliciesCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { App, Stack } from 'aws-cdk-lib';
import { CfnRepository } from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Cloud, ENV } from './cloud';
import { singleManifest } from '../../emulator/images';
import { Access, CASES, expectedOf, OWNER, PAGE } from '../docs/access-cases';
import { exampleStack } from '../docs/example';
import { allowedActions } from '../iam-evaluator';
import { OTHER_ACCOUNT } from '../shared-emulators';

/** The examples of the page as they are after a deployment: what IAM makes of them, and what the emulator does. */

const cloud = new Cloud();

const nameOf = (heading: string) => heading.replace(/\W/g, '');

/** MiniStack's CloudFormation does not know `AWS::IAM::OIDCProvider`: the examples get one that exists. */
const WITH_PROVIDERS = {
  'aws-cdk-lib/aws-iam': {
    ...iam,
    OidcProviderNative: function (scope: Stack, id: string, { url }: iam.OidcProviderNativeProps) {
      return iam.OidcProviderNative.fromOidcProviderArn(scope, id, `arn:aws:iam::${OWNER}:oidc-provider/${url.replace('https://', '')}`);
    },
  },
};

/** Repositories of all tests are in one account: the examples' get names of their own. */
function build(heading: string) {
  return (app: App) => {
    const stack = exampleStack(PAGE, heading, app, nameOf(heading), WITH_PROVIDERS);
    stack.node.findAll().filter(child => child instanceof CfnRepository).forEach(repository => {
      repository.repositoryName = `access/${nameOf(heading)}/${repository.node.path.split('/').slice(1, -1).join('/')}`.toLowerCase();
    });
  };
}

async function deployed(heading: string): Promise<Access> {
  await cloud.deploy(build(heading));
  const stackName = nameOf(heading);
  const { ecr, iam: roleClient } = cloud.clients();
  const [main, companion] = await cloud.physicalIds(stackName, 'AWS::ECR::Repository');
  const arnOf = (repositoryName: string) => `arn:aws:ecr:${ENV.region}:${ENV.account}:repository/${repositoryName}`;
  const policy = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName: main })).catch((error: Error) => {
    if (error.name === 'RepositoryPolicyNotFoundException') return undefined;
    throw error;
  });
  const roles = await Promise.all((await cloud.physicalIds(stackName, 'AWS::IAM::Role')).map(async RoleName => {
    const { Role } = await roleClient.send(new GetRoleCommand({ RoleName }));
    const { PolicyNames = [] } = await roleClient.send(new ListRolePoliciesCommand({ RoleName }));
    const documents = await Promise.all(PolicyNames.map(PolicyName => roleClient.send(new GetRolePolicyCommand({ RoleName, PolicyName }))));
    return [/-(Release|Dev)/.exec(RoleName)![1], {
      arn: Role!.Arn!,
      trust: JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!)),
      policies: documents.map(({ PolicyDocument }) => JSON.parse(decodeURIComponent(PolicyDocument!))),
    }] as const;
  }));
  return {
    repositoryArn: arnOf(main),
    repositoryPolicy: policy && JSON.parse(policy.policyText!),
    companionArn: companion && arnOf(companion),
    roles: Object.fromEntries(roles),
  };
}

test('the cases are for the account of the emulator', () => expect(ENV.account).toBe(OWNER));

test.concurrent.each(Object.entries(CASES))('%s: what is deployed allows what the example says', async (heading, cases) => {
  const access = await deployed(heading);
  for (const one of cases) {
    const { tried, expected } = expectedOf(one, access);
    expect([one.who, await allowedActions(one.request(access), tried)]).toEqual([one.who, expected]);
  }
  if (heading === 'ECS in other accounts') {
    expect(await callsAllowed(cloud.clients({ account: OTHER_ACCOUNT }).ecr, nameIn(access.repositoryArn))).toEqual(['DescribeImages', 'BatchGetImage']);
  }
  if (heading === 'Accounts') {
    expect(await callsAllowed(cloud.clients({ account: OTHER_ACCOUNT }).ecr, nameIn(access.repositoryArn))).toEqual(['BatchGetImage']);
    expect(await callsAllowed(cloud.clients({ account: '432109876543' }).ecr, nameIn(access.repositoryArn))).toEqual([]);
  }
  if (access.companionArn !== undefined) {
    const [release, dev] = [await clientOf(access.roles.Release.arn), await clientOf(access.roles.Dev.arn)];
    const [images, companion] = [nameIn(access.repositoryArn), nameIn(access.companionArn)];
    expect(await callsAllowed(release, images)).toEqual(['BatchGetImage', 'PutImage']);
    expect(await callsAllowed(release, companion)).toEqual([]);
    expect(await callsAllowed(dev, companion)).toEqual(['BatchGetImage', 'PutImage']);
    expect(await callsAllowed(dev, images)).toEqual([]);
  }
});

const nameIn = (arn: string) => arn.split(':repository/')[1];

/** ECR as a role may use it, which anybody in the account may assume from now on. */
async function clientOf(RoleArn: string): Promise<ECRClient> {
  const { iam: roleClient, sts } = cloud.clients();
  await roleClient.send(new UpdateAssumeRolePolicyCommand({
    RoleName: RoleArn.split('/').pop(),
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ENV.account}:root` }, Action: 'sts:AssumeRole' }],
    }),
  }));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return new ECRClient({
    endpoint: cloud.aws.ecrEndpoint,
    region: ENV.region,
    maxAttempts: 1,
    credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken },
  });
}

/** The calls that the emulator does not deny. */
async function callsAllowed(ecr: ECRClient, repositoryName: string): Promise<string[]> {
  const repository = { repositoryName, registryId: ENV.account };
  const image = singleManifest(`${repositoryName} ${Math.random()}`);
  const calls: Record<string, () => Promise<unknown>> = {
    DescribeImages: () => ecr.send(new DescribeImagesCommand(repository)),
    BatchGetImage: () => ecr.send(new BatchGetImageCommand({ ...repository, imageIds: [{ imageTag: 'v1' }] })),
    PutImage: () => ecr.send(new PutImageCommand({ ...repository, imageManifest: image.content, imageManifestMediaType: image.mediaType, imageTag: `v${Math.random()}` })),
    BatchDeleteImage: () => ecr.send(new BatchDeleteImageCommand({ ...repository, imageIds: [{ imageTag: 'v1' }] })),
    PutImageTagMutability: () => ecr.send(new PutImageTagMutabilityCommand({ ...repository, imageTagMutability: 'MUTABLE' })),
    DeleteLifecyclePolicy: () => ecr.send(new DeleteLifecyclePolicyCommand(repository)),
    SetRepositoryPolicy: () => ecr.send(new SetRepositoryPolicyCommand({ ...repository, policyText: '{}' })),
    DeleteRepository: () => ecr.send(new DeleteRepositoryCommand({ ...repository, force: true })),
  };
  const allowed: string[] = [];
  for (const [name, call] of Object.entries(calls)) {
    const error: Error | undefined = await call().then(() => undefined, reason => reason);
    if (error === undefined) {
      allowed.push(name);
    } else if (!['AccessDeniedException', 'RepositoryNotFoundException'].includes(error.name)) {
      throw error;
    }
  }
  return allowed;
}
