import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DeletionProtection, SecureRepository } from '../../src';
import { allowedActions, Decision, decisionOn, PolicyDocument } from '../iam-evaluator';

const ACCOUNT = '111122223333';
const REPOSITORY = `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/api`;
const EVERYTHING: PolicyDocument = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

const PROTECTED = [
  'ecr:BatchDeleteImage', 'ecr:DeleteLifecyclePolicy', 'ecr:DeleteRepository', 'ecr:PutImageTagMutability', 'ecr:PutLifecyclePolicy',
];

/** All that IAM knows about a repository: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html */
const ACTIONS = [
  'BatchCheckLayerAvailability', 'BatchDeleteImage', 'BatchGetImage', 'BatchGetRepositoryScanningConfiguration', 'BatchImportUpstreamImage',
  'CompleteLayerUpload', 'CreateRepository', 'DeleteLifecyclePolicy', 'DeleteRepository', 'DeleteRepositoryPolicy',
  'DescribeImageReplicationStatus', 'DescribeImageScanFindings', 'DescribeImageSigningStatus', 'DescribeImages', 'DescribeRepositories',
  'GetDownloadUrlForLayer', 'GetImageCopyStatus', 'GetLifecyclePolicy', 'GetLifecyclePolicyPreview', 'GetRepositoryPolicy',
  'InitiateLayerUpload', 'ListImages', 'ListTagsForResource', 'PutImage', 'PutImageScanningConfiguration', 'PutImageTagMutability',
  'PutLifecyclePolicy', 'ReplicateImage', 'SetRepositoryPolicy', 'StartImageScan', 'StartLifecyclePolicyPreview', 'TagResource',
  'UntagResource', 'UpdateImageStorageClass', 'UploadLayerPart',
].map(name => `ecr:${name}`);

function policyOf(protection: DeletionProtection, grant?: (repository: SecureRepository) => void): PolicyDocument {
  const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: 'eu-west-1' } });
  const repository = new SecureRepository(stack, 'Images', { repositoryName: 'api', deletionProtection: protection });
  grant?.(repository);
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::ECR::Repository'));
  return JSON.parse(JSON.stringify(Properties.RepositoryPolicyText).replaceAll('{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},"', '"arn:aws').replaceAll('"]]}', '"'));
}

const POLICY = policyOf(DeletionProtection.exceptFor(`arn:aws:iam::${ACCOUNT}:role/release-*`, `arn:aws:iam::${ACCOUNT}:user/cleaner`));

function decisions(principalArn: string, actions: string[], resourcePolicy = POLICY, identityPolicies = [EVERYTHING]): Promise<Decision[]> {
  return Promise.all(actions.map(action => decisionOn({ principalArn, action, resourceArn: REPOSITORY, identityPolicies, resourcePolicy })));
}

describe.each([
  ['an administrator', `arn:aws:iam::${ACCOUNT}:role/Admin`],
  ['one of single sign-on', `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0`],
  ['a user', `arn:aws:iam::${ACCOUNT}:user/alice`],
  ['the root user', `arn:aws:iam::${ACCOUNT}:root`],
  ['a role with almost the name of an excepted one', `arn:aws:iam::${ACCOUNT}:role/release`],
  ['a role in whose path the name of an excepted one is', `arn:aws:iam::${ACCOUNT}:role/team/release-1`],
  ['a user with the name of an excepted role', `arn:aws:iam::${ACCOUNT}:user/release-1`],
  ['the role by which the CDK publishes assets', `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-image-publishing-role-${ACCOUNT}-eu-west-1`],
  ['the role of CloudFormation in another Region', `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-us-east-1`],
])('%s', (_, principal) => {
  test('may do all but delete, and what would', async () => {
    const request = { principalArn: principal, resourceArn: REPOSITORY, identityPolicies: [EVERYTHING], resourcePolicy: POLICY };
    expect(await allowedActions(request, ACTIONS)).toEqual(ACTIONS.filter(action => !PROTECTED.includes(action)));
    expect(await decisions(principal, PROTECTED)).toEqual(PROTECTED.map(() => 'ExplicitlyDenied'));
  });
});

describe.each([
  ['a role that is excepted', `arn:aws:iam::${ACCOUNT}:role/release-1`],
  ['another of the same pattern', `arn:aws:iam::${ACCOUNT}:role/release-`],
  ['a user that is excepted', `arn:aws:iam::${ACCOUNT}:user/cleaner`],
  ['the role of CloudFormation', `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-eu-west-1`],
])('%s', (_, principal) => {
  test('may do all that it is allowed to', async () => {
    expect(await decisions(principal, ACTIONS)).toEqual(ACTIONS.map(() => 'Allowed'));
  });

  test('may do nothing by that alone', async () => {
    expect(await decisions(principal, ACTIONS, POLICY, [])).toEqual(ACTIONS.map(() => 'ImplicitlyDenied'));
  });
});

describe('another account that may do everything', () => {
  const open = policyOf(DeletionProtection.exceptFor('arn:aws:iam::999999999999:role/cleaner'), repository => repository.addToResourcePolicy(
    new iam.PolicyStatement({ actions: ['ecr:*'], principals: [new iam.AccountPrincipal('999999999999')] })));

  test('may not delete', async () => {
    expect(await decisions('arn:aws:iam::999999999999:role/Admin', [...PROTECTED, 'ecr:BatchGetImage'], open)).toEqual([...PROTECTED.map(() => 'ExplicitlyDenied'), 'Allowed']);
  });

  test('may where it is excepted', async () => {
    expect(await decisions('arn:aws:iam::999999999999:role/cleaner', PROTECTED, open)).toEqual(PROTECTED.map(() => 'Allowed'));
  });
});

test('a service of AWS is not denied, so that it can expire images', async () => {
  const open = policyOf(DeletionProtection.exceptFor(), repository => repository.addToResourcePolicy(
    new iam.PolicyStatement({ actions: ['ecr:*'], principals: [new iam.ServicePrincipal('ecr.amazonaws.com')] })));
  expect(await decisions('ecr.amazonaws.com', PROTECTED, open, [])).toEqual(PROTECTED.map(() => 'Allowed'));
});

test('whoever may set or delete the policy still may, so nobody is locked out', async () => {
  const nobody = policyOf(DeletionProtection.exceptFor(`arn:aws:iam::${ACCOUNT}:role/deleted-long-ago`));
  expect(await decisions(`arn:aws:iam::${ACCOUNT}:root`, ['ecr:SetRepositoryPolicy', 'ecr:DeleteRepositoryPolicy', 'ecr:GetRepositoryPolicy'], nobody))
    .toEqual(['Allowed', 'Allowed', 'Allowed']);
});
