import { GetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { App, Stack } from 'aws-cdk-lib';
import { Cloud, ENV } from './cloud';
import { DeletionProtection, SecureRepository } from '../../src';
import { allowedActions } from '../iam-evaluator';

const cloud = new Cloud();

const REPOSITORY = 'protected';
const PROTECTED = ['BatchDeleteImage', 'DeleteLifecyclePolicy', 'DeleteRepository', 'PutImageTagMutability', 'PutLifecyclePolicy'].map(name => `ecr:${name}`);
const OTHERS = ['BatchGetImage', 'PutImage', 'SetRepositoryPolicy', 'DeleteRepositoryPolicy'].map(name => `ecr:${name}`);

const build = (mutableTags?: string[]) => (app: App) => {
  const stack = new Stack(app, 'Protected', { env: ENV });
  new SecureRepository(stack, 'Images', {
    repositoryName: REPOSITORY, mutableTags, deletionProtection: DeletionProtection.exceptFor(stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'release-*' })),
  });
};

test('what is deployed excepts those who are named, and the role that bootstrapping made for CloudFormation', async () => {
  await cloud.deploy(build());
  await cloud.deploy(build(['branch-*']));
  const { ecr, iam } = cloud.clients();
  const roles = await cloud.physicalIds('CDKToolkit', 'AWS::IAM::Role');
  const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: roles.find(name => name.includes('cfn-exec-role')) }));
  const { policyText } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName: REPOSITORY }));
  const allowedTo = (principalArn: string) => allowedActions({
    principalArn,
    resourceArn: `arn:aws:ecr:${ENV.region}:${ENV.account}:repository/${REPOSITORY}`,
    identityPolicies: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
    resourcePolicy: JSON.parse(policyText!),
  }, [...PROTECTED, ...OTHERS]);
  expect(await allowedTo(role!.Arn!)).toEqual([...PROTECTED, ...OTHERS]);
  expect(await allowedTo(`arn:aws:iam::${ENV.account}:role/release-1`)).toEqual([...PROTECTED, ...OTHERS]);
  expect(await allowedTo(`arn:aws:iam::${ENV.account}:role/admin`)).toEqual(OTHERS);
  expect(await allowedTo(`arn:aws:iam::${ENV.account}:root`)).toEqual(OTHERS);
});
