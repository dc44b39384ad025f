import {
  BatchGetImageCommand, DescribeImageScanFindingsCommand, DescribeImageSigningStatusCommand, ECRClient, PutImageCommand, SetRepositoryPolicyCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { asRole, Permissions, trust } from './as-role';
import { Cloud, ENV, stackIn } from './cloud';
import { Image } from '../../emulator/images';
import { basicScan, enhancedScan } from '../../emulator/scan-findings';
import { OTHER_ACCOUNT } from '../shared-emulators';

/** The emulated ECR: what a role needs for what gates ask. */

const cloud = new Cloud();

const INSPECTOR = ['inspector2:ListCoverage', 'inspector2:ListFindings'];

const CALLS: Record<string, (ecr: ECRClient, repository: { repositoryName: string; registryId?: string }, image: Image) => Promise<unknown>> = {
  'ecr:DescribeImageScanFindings': (ecr, repository, { digest }) =>
    ecr.send(new DescribeImageScanFindingsCommand({ ...repository, imageId: { imageDigest: digest } })),
  'ecr:StartImageScan': (ecr, repository, { digest }) => ecr.send(new StartImageScanCommand({ ...repository, imageId: { imageDigest: digest } })),
  'ecr:DescribeImageSigningStatus': (ecr, repository, { digest }) =>
    ecr.send(new DescribeImageSigningStatusCommand({ ...repository, imageId: { imageDigest: digest } })),
  'ecr:BatchGetImage': (ecr, repository, { digest }) => ecr.send(new BatchGetImageCommand({ ...repository, imageIds: [{ imageDigest: digest }] })),
  'ecr:PutImage': (ecr, repository, { content, mediaType }) =>
    ecr.send(new PutImageCommand({ ...repository, imageManifest: content, imageManifestMediaType: mediaType, imageTag: 'new' })),
};

const ACTIONS = Object.keys(CALLS);

function arnOf(repositoryName: string, account = ENV.account): string {
  return `arn:aws:ecr:${ENV.region}:${account}:repository/${repositoryName}`;
}

function permissionsFor(actions: string[], resource: string): Permissions {
  return Object.fromEntries(actions.map(action => [action, resource]));
}

/** The actions that are denied, of those that are tried. */
async function denied(ecr: ECRClient, repository: { repositoryName: string; registryId?: string }, image: Image): Promise<string[]> {
  const names: string[] = [];
  for (const [action, call] of Object.entries(CALLS)) {
    const error: Error | undefined = await call(ecr, repository, image).then(() => undefined, reason => reason);
    if (error?.name === 'AccessDeniedException') {
      expect(error.message).toContain(`is not authorized to perform: ${action} `);
      names.push(action);
    }
  }
  return names;
}

test.concurrent.each(ACTIONS)('without %s, a role is denied that alone', async (action) => {
  const repositoryName = `without-${action.split(':')[1].toLowerCase()}`;
  await cloud.repository(repositoryName);
  const image = await cloud.push(repositoryName, '1.0.0');
  await cloud.setScan({ repositoryName, imageDigest: image.digest, answers: [basicScan()], onStart: true });
  const ecr = await asRole(cloud, repositoryName, permissionsFor(ACTIONS.filter(other => other !== action), arnOf(repositoryName)));
  expect(await denied(ecr, { repositoryName }, image)).toEqual([action]);
  await cloud.repository(`${repositoryName}-other`);
  expect(await denied(ecr, { repositoryName: `${repositoryName}-other` }, image)).toEqual(ACTIONS);
});

test.concurrent.each(INSPECTOR)('without %s, findings of Amazon Inspector are denied, and others are not', async (action) => {
  const repositoryName = `without-${action.split(':')[1].toLowerCase()}`;
  await cloud.repository(repositoryName);
  const { digest } = await cloud.push(repositoryName, '1.0.0');
  const ecr = await asRole(cloud, repositoryName, {
    'ecr:DescribeImageScanFindings': arnOf(repositoryName), ...permissionsFor(INSPECTOR.filter(other => other !== action), '*'),
  });
  const ask = () => ecr.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageDigest: digest } }));
  await cloud.scan(repositoryName, digest, enhancedScan());
  await expect(ask()).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining(action) });
  await cloud.scan(repositoryName, digest, basicScan());
  expect(await ask()).toMatchObject({ imageScanStatus: { status: 'COMPLETE' } });
});

test.concurrent('with both, findings of Amazon Inspector are read', async () => {
  await cloud.repository('with-inspector');
  const { digest } = await cloud.push('with-inspector', '1.0.0');
  await cloud.scan('with-inspector', digest, enhancedScan());
  const ecr = await asRole(cloud, 'with-inspector', { 'ecr:DescribeImageScanFindings': arnOf('with-inspector'), ...permissionsFor(INSPECTOR, '*') });
  expect(await ecr.send(new DescribeImageScanFindingsCommand({ repositoryName: 'with-inspector', imageId: { imageDigest: digest } })))
    .toMatchObject({ imageScanStatus: { status: 'ACTIVE' } });
});

test.concurrent('a repository of another account needs its policy as well, and shows no findings of Amazon Inspector', async () => {
  const other = { account: OTHER_ACCOUNT };
  const repository = { repositoryName: 'elsewhere-scanned', registryId: OTHER_ACCOUNT };
  await cloud.repository(repository.repositoryName, other);
  const image = await cloud.push(repository.repositoryName, '1.0.0', other);
  const setting = { ...other, repositoryName: repository.repositoryName, imageDigest: image.digest };
  await cloud.setScan({ ...setting, answers: [basicScan()], onStart: true });
  const permissions = { ...permissionsFor(ACTIONS, arnOf(repository.repositoryName, OTHER_ACCOUNT)), ...permissionsFor(INSPECTOR, '*') };
  const [ecr, stranger] = [await asRole(cloud, 'elsewhere-scanned', permissions), await asRole(cloud, 'elsewhere-stranger', { 'ecr:Get*': '*' })];
  expect(await denied(ecr, repository, image)).toEqual(ACTIONS);
  await cloud.clients(other).ecr.send(new SetRepositoryPolicyCommand({
    repositoryName: repository.repositoryName,
    policyText: JSON.stringify({
      Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ENV.account}:root` }, Action: ACTIONS }],
    }),
  }));
  expect(await denied(ecr, repository, image)).toEqual([]);
  expect(await denied(stranger, repository, image)).toEqual(ACTIONS);
  expect(await cloud.tagsOf(repository.repositoryName, image.digest, other)).toEqual(['1.0.0', 'new']);
  await cloud.setScan({ ...setting, answers: [enhancedScan()] });
  await expect(CALLS['ecr:DescribeImageScanFindings'](ecr, repository, image)).rejects.toMatchObject({ name: 'ScanNotFoundException' });
});

/** Asks as a role of the account that has the repository. */
const HANDLER = `
  const { AssumeRoleCommand, STSClient } = require('@aws-sdk/client-sts');
  const { DescribeImageScanFindingsCommand, ECRClient } = require('@aws-sdk/client-ecr');
  exports.handler = async ({ RoleArn, ...asked }) => {
    const { Credentials } = await new STSClient().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'gate' }));
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials;
    const ecr = new ECRClient({ credentials: { accessKeyId, secretAccessKey, sessionToken } });
    return (await ecr.send(new DescribeImageScanFindingsCommand(asked))).imageScanStatus;
  };`;

test('a function reads the findings of another account by a role of that account, where the trust policy names it', async () => {
  const other = { account: OTHER_ACCOUNT };
  await cloud.repository('by-role', other);
  const { digest } = await cloud.push('by-role', '1.0.0', other);
  await cloud.setScan({ ...other, repositoryName: 'by-role', imageDigest: digest, answers: [enhancedScan()] });
  const permissions = { 'ecr:DescribeImageScanFindings': arnOf('by-role', OTHER_ACCOUNT), ...permissionsFor(INSPECTOR, '*') };
  await asRole(cloud, 'findings-reader', permissions, other);
  const RoleArn = `arn:aws:iam::${OTHER_ACCOUNT}:role/findings-reader`;
  await cloud.deploy(app => {
    const stack = stackIn(app, 'ByRole');
    const reader = new lambda.Function(stack, 'Reader', {
      runtime: lambda.Runtime.NODEJS_20_X, handler: 'index.handler', code: lambda.Code.fromInline(HANDLER), timeout: Duration.seconds(30),
    });
    reader.addToRolePolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [RoleArn] }));
  });
  const [[FunctionName], [role]] = [await cloud.physicalIds('ByRole', 'AWS::Lambda::Function'), await cloud.physicalIds('ByRole', 'AWS::IAM::Role')];
  const ask = async () => {
    const { Payload } = await cloud.clients().lambda.send(new InvokeCommand({
      FunctionName, Payload: JSON.stringify({ RoleArn, repositoryName: 'by-role', imageId: { imageDigest: digest } }),
    }));
    return JSON.parse(Payload!.transformToString());
  };
  expect(await ask()).toMatchObject({ errorMessage: expect.stringContaining('is not authorized to perform: sts:AssumeRole') });
  await trust(cloud, 'findings-reader', `arn:aws:iam::${ENV.account}:role/${role}`, other);
  expect(await ask()).toMatchObject({ status: 'ACTIVE' });
});
