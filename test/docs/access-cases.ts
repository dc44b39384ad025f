import { IamRequest, PolicyDocument } from '../iam-evaluator';

/** Who may do what by the examples of `docs/access.md`, whether they are read from templates or from a deployment. */

export const PAGE = 'docs/access.md';
export const OWNER = '123456789012';

/** The policies of what an example defines, without intrinsic functions. */
export interface Access {
  readonly repositoryArn: string;
  readonly repositoryPolicy?: PolicyDocument;
  readonly companionArn?: string;
  /** By the start of the logical id. */
  readonly roles: Record<string, { readonly arn: string; readonly trust: PolicyDocument; readonly policies: PolicyDocument[] }>;
}

export interface AccessCase {
  readonly who: string;
  readonly request: (access: Access) => Omit<IamRequest, 'action'>;
  readonly actions: string[];
}

const PULL = ['BatchCheckLayerAvailability', 'GetDownloadUrlForLayer', 'BatchGetImage'];
const LAMBDA = ['GetDownloadUrlForLayer', 'BatchGetImage'];
const MARK = ['BatchGetImage', 'PutImage'];
const PUSH = ['BatchCheckLayerAvailability', 'BatchGetImage', 'InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload', 'PutImage'];

/** What can be done with a repository. */
export const ACTIONS = [...new Set([
  ...PULL, ...PUSH, 'DescribeRepositories', 'DescribeImages', 'ListImages', 'DescribeImageScanFindings', 'GetRepositoryPolicy', 'GetLifecyclePolicy',
  'BatchDeleteImage', 'DeleteRepository', 'SetRepositoryPolicy', 'DeleteRepositoryPolicy', 'PutLifecyclePolicy', 'DeleteLifecyclePolicy',
  'PutImageTagMutability', 'PutImageScanningConfiguration', 'StartImageScan', 'TagResource', 'UntagResource', 'ReplicateImage', 'UpdateImageStorageClass',
])];

export const ASSUME = ['AssumeRoleWithWebIdentity'];

const ALLOW_ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

type Context = Record<string, string | string[]>;

/** A role of another account that may do everything, as far as it is up to that account. */
function role(who: string, account: string, actions: string[], context?: Context, identityPolicies: object[] = [ALLOW_ALL]): AccessCase {
  return {
    who,
    actions,
    request: ({ repositoryArn, repositoryPolicy }) => ({
      principalArn: `arn:aws:iam::${account}:role/puller`, resourceArn: repositoryArn, resourcePolicy: repositoryPolicy, identityPolicies, context,
    }),
  };
}

function service(who: string, principalArn: string, actions: string[], context?: Context): AccessCase {
  return {
    who,
    actions,
    request: ({ repositoryArn, repositoryPolicy }) => ({ principalArn, resourceArn: repositoryArn, resourcePolicy: repositoryPolicy, context }),
  };
}

/** Who has a token with these claims. */
function tokens(id: string, issuer: string, usual: Context) {
  return (who: string, allowed: boolean, claims: Context = {}, provider = issuer): AccessCase => ({
    who,
    actions: allowed ? ASSUME : [],
    request: ({ roles }) => ({
      principalArn: `arn:aws:iam::${OWNER}:oidc-provider/${provider}`,
      resourceArn: roles[id].arn,
      resourcePolicy: roles[id].trust,
      context: Object.fromEntries(Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== '')
        .map(([name, value]) => [`${provider}:${name}`, value])),
    }),
  });
}

function pushers(): AccessCase[] {
  const may = (id: string, of: 'repositoryArn' | 'companionArn', actions: string[]): AccessCase => ({
    who: `the role ${id} in the ${of === 'repositoryArn' ? 'release repository' : 'companion'}`,
    actions,
    request: access => ({ principalArn: access.roles[id].arn, resourceArn: access[of]!, identityPolicies: access.roles[id].policies }),
  });
  return [may('Release', 'repositoryArn', PUSH), may('Release', 'companionArn', []), may('Dev', 'repositoryArn', []), may('Dev', 'companionArn', PUSH)];
}

const ORG = 'o-a1b2c3d4e5';
const ROOT = `${ORG}/r-ab12`;

const github = { aud: 'sts.amazonaws.com', repository_id: '89012345', repository_owner_id: '1234567' };
const githubRelease = tokens('Release', 'token.actions.githubusercontent.com', { ...github, sub: 'repo:acme/api:environment:release', environment: 'release' });
const githubDev = tokens('Dev', 'token.actions.githubusercontent.com', { ...github, sub: 'repo:acme/api:ref:refs/heads/feature/x', ref: 'refs/heads/feature/x' });

const gitlab = { aud: 'https://gitlab.com', project_id: '45678901' };
const gitlabRelease = tokens('Release', 'gitlab.com', { ...gitlab, sub: 'project_path:acme/api:ref_type:tag:ref:v1.2.3', ref_protected: 'true' });
const gitlabDev = tokens('Dev', 'gitlab.com', { ...gitlab, sub: 'project_path:acme/api:ref_type:branch:ref:feature/x', ref_protected: 'false' });

/** By the heading of the example. */
export const CASES: Record<string, AccessCase[]> = {
  'An organization': [
    role('an account of the organization', '210987654321', PULL, { 'aws:PrincipalOrgID': ORG }),
    role('a role there without permissions', '210987654321', [], { 'aws:PrincipalOrgID': ORG }, []),
    role('an account of another organization', '210987654321', [], { 'aws:PrincipalOrgID': 'o-z9y8x7w6v5' }),
    role('an account of none', '210987654321', []),
    service('an AWS service', 'lambda.amazonaws.com', []),
  ],
  'An organizational unit': [
    role('an account in the unit', '210987654321', PULL, { 'aws:PrincipalOrgID': ORG, 'aws:PrincipalOrgPaths': [`${ROOT}/ou-ab12-11111111/`] }),
    role('one in a unit below', '210987654321', PULL, { 'aws:PrincipalOrgID': ORG, 'aws:PrincipalOrgPaths': [`${ROOT}/ou-ab12-11111111/ou-ab12-22222222/`] }),
    role('one in the unit beside', '210987654321', [], { 'aws:PrincipalOrgID': ORG, 'aws:PrincipalOrgPaths': [`${ROOT}/ou-ab12-33333333/`] }),
    role('one directly below the root', '210987654321', [], { 'aws:PrincipalOrgID': ORG, 'aws:PrincipalOrgPaths': [`${ROOT}/`] }),
    role('one without a path', '210987654321', [], { 'aws:PrincipalOrgID': ORG }),
  ],
  'Accounts': [
    role('the first account', '210987654321', PULL),
    role('the second account', '321098765432', PULL),
    role('a role there without permissions', '321098765432', [], undefined, []),
    role('a third account', '432109876543', []),
  ],
  'ECS in other accounts': [
    role('the account', '210987654321', [...PULL, 'DescribeImages']),
    role('another account', '321098765432', []),
  ],
  'Lambda in other accounts': [
    role('who creates the function', '210987654321', LAMBDA),
    role('who creates one in another account', '321098765432', []),
    service('Lambda, for a function there', 'lambda.amazonaws.com', LAMBDA, { 'aws:SourceArn': 'arn:aws:lambda:eu-west-1:210987654321:function:api' }),
    service('Lambda, for one in another account', 'lambda.amazonaws.com', [], { 'aws:SourceArn': 'arn:aws:lambda:eu-west-1:321098765432:function:api' }),
    service('Lambda, for one in another Region', 'lambda.amazonaws.com', [], { 'aws:SourceArn': 'arn:aws:lambda:us-east-1:210987654321:function:api' }),
    service('Lambda, for something else than a function', 'lambda.amazonaws.com', [], {
      'aws:SourceArn': 'arn:aws:lambda:eu-west-1:210987654321:event-source-mapping:api',
    }),
    service('Lambda, for nobody', 'lambda.amazonaws.com', []),
    service('another service', 'ecs-tasks.amazonaws.com', [], { 'aws:SourceArn': 'arn:aws:lambda:eu-west-1:210987654321:function:api' }),
  ],
  'Marks in other accounts': [
    role('the function of the stack', '210987654321', MARK, { 'aws:PrincipalArn': 'arn:aws:iam::210987654321:role/Services-CdkSecureRepositoryDeployedI-AbCdEf' }),
    role('another role there', '210987654321', [], { 'aws:PrincipalArn': 'arn:aws:iam::210987654321:role/puller' }),
    role('a role of another stack', '210987654321', [], { 'aws:PrincipalArn': 'arn:aws:iam::210987654321:role/Other-CdkSecureRepositoryDeployedI-AbCdEf' }),
    role('one of that name in another account', '321098765432', [], { 'aws:PrincipalArn': 'arn:aws:iam::321098765432:role/Services-CdkSecureRepositoryDeployedI-AbCdEf' }),
  ],
  'Push from GitHub Actions': [
    ...pushers(),
    githubRelease('a job of the environment', true),
    githubRelease('one of a repository with IDs in its subject', true, { sub: 'repo:acme@1234567/api@89012345:environment:release' }),
    githubRelease('one of another environment', false, { sub: 'repo:acme/api:environment:test', environment: 'test' }),
    githubRelease('one of the branch main', false, { sub: 'repo:acme/api:ref:refs/heads/main', environment: '' }),
    githubRelease('one of a tag without the environment', false, { sub: 'repo:acme/api:ref:refs/tags/v1.2.3', environment: '' }),
    githubRelease('a pull request', false, { sub: 'repo:acme/api:pull_request', environment: '' }),
    githubRelease('one of a tag that is named like the environment', false, { sub: 'repo:acme/api:ref:refs/tags/environment/release', environment: '' }),
    githubRelease('one of an environment whose name begins the same', false, { sub: 'repo:acme/api:environment:release-2', environment: 'release-2' }),
    githubRelease('one of an environment whose name is a pattern', false, { sub: 'repo:acme/api:environment:*', environment: '*' }),
    githubRelease('one of another repository of the owner', false, { sub: 'repo:acme/api-fork:environment:release', repository_id: '89012346' }),
    githubRelease('one of a repository below the name', false, { sub: 'repo:acme/api/x:environment:release' }),
    githubRelease('a repository whose name has our IDs', false, { sub: 'repo:acme@1234567/api@890123456:environment:release', repository_id: '890123456' }),
    githubRelease('a subject that goes on', false, { sub: 'repo:acme/api:environment:release:job_workflow_ref:x' }),
    githubRelease('who has taken the name of the repository', false, { repository_id: '99999999' }),
    githubRelease('who has taken the name of the owner', false, { repository_owner_id: '9999999' }),
    githubRelease('who has put our IDs into names', false, { sub: 'repo:evil@1234567/api@89012345:environment:release' }),
    githubRelease('a token without IDs', false, { repository_id: '', repository_owner_id: '' }),
    githubRelease('a token for somebody else', false, { aud: 'https://github.com/acme' }),
    githubRelease('a token for nobody', false, { aud: '' }),
    githubRelease('a token of another issuer', false, { repository_id: '', repository_owner_id: '', environment: '' }, 'gitlab.com'),
    githubDev('a job of any branch', true),
    githubDev('one of a repository with IDs in its subject', true, { sub: 'repo:acme@1234567/api@89012345:ref:refs/heads/main' }),
    githubDev('a pull request', false, { sub: 'repo:acme/api:pull_request' }),
    githubDev('a job of the environment', false, { sub: 'repo:acme/api:environment:release' }),
    githubDev('a pull request with the name of a branch', false, { sub: 'repo:acme/api:pull_request:ref:refs/heads/main' }),
    githubDev('the ref of a pull request', false, { sub: 'repo:acme/api:ref:refs/pull/1/merge', ref: 'refs/pull/1/merge' }),
    githubDev('a repository of another owner whose name ends the same', false, { sub: 'repo:x-acme/api:ref:refs/heads/main' }),
    githubDev('a tag', false, { sub: 'repo:acme/api:ref:refs/tags/v1.2.3' }),
    githubDev('a repository whose name begins the same', false, { sub: 'repo:acme/api2:ref:refs/heads/main' }),
    githubDev('who has taken the name of the repository', false, { repository_id: '99999999' }),
  ],
  'Push from GitLab CI': [
    ...pushers(),
    gitlabRelease('a job of a protected tag', true),
    gitlabRelease('one of a tag that is not protected', false, { ref_protected: 'false' }),
    gitlabRelease('one of a tag of another name', false, { sub: 'project_path:acme/api:ref_type:tag:ref:nightly' }),
    gitlabRelease('one of a branch that is named like a tag', false, { sub: 'project_path:acme/api:ref_type:branch:ref:v1.2.3' }),
    gitlabRelease('who has taken the path of the project', false, { project_id: '99999999' }),
    gitlabRelease('a project whose path begins the same', false, { sub: 'project_path:acme/api2:ref_type:tag:ref:v1.2.3' }),
    gitlabRelease('a project of a group below', false, { sub: 'project_path:acme/api/api:ref_type:tag:ref:v1.2.3' }),
    gitlabRelease('a token that does not say whether the tag is protected', false, { ref_protected: '' }),
    gitlabRelease('a token for somebody else', false, { aud: 'https://vault.example.com' }),
    gitlabDev('a job of any branch', true),
    gitlabDev('a fork', false, { sub: 'project_path:mallory/api:ref_type:branch:ref:main', project_id: '45678902' }),
    gitlabDev('a tag that is named like a branch', false, { sub: 'project_path:acme/api:ref_type:tag:ref:main' }),
    gitlabDev('one of a tag', false, { sub: 'project_path:acme/api:ref_type:tag:ref:v1.2.3' }),
    gitlabDev('who has taken the path of the project', false, { project_id: '99999999' }),
  ],
};

/** The actions that a case is tried with, and those that it is to have. */
export function expectedOf({ actions, request }: AccessCase, access: Access): { tried: string[]; expected: string[] } {
  const prefix = request(access).resourceArn.startsWith('arn:aws:iam:') ? 'sts:' : 'ecr:';
  const tried = prefix === 'sts:' ? ASSUME : ACTIONS;
  return { tried: tried.map(action => prefix + action), expected: tried.filter(action => actions.includes(action)).map(action => prefix + action) };
}
