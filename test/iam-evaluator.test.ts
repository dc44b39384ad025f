import { Decision, decisionOn, IamRequest, PolicyDocument } from './iam-evaluator';

/** What AWS documents of the evaluation of policies, which the tests that ask this evaluator rely on. */

const OWNER = '111111111111';
const OTHER = '222222222222';
const REPOSITORY = `arn:aws:ecr:eu-west-1:${OWNER}:repository/app`;
const OIDC = `arn:aws:iam::${OWNER}:oidc-provider/token.actions.githubusercontent.com`;

const roleOf = (account: string) => `arn:aws:iam::${account}:role/pull`;

function policy(...statements: object[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements.map(statement => ({ Effect: 'Allow', Action: 'ecr:BatchGetImage', ...statement })) };
}

const ALLOW = policy({ Resource: REPOSITORY });
const DENY = policy({ Effect: 'Deny', Resource: '*' });

test.each<[string, Partial<IamRequest>, Decision]>([
  ['nothing is allowed that no policy allows', {}, 'ImplicitlyDenied'],
  ['a policy of the role is enough within an account', { identityPolicies: [ALLOW] }, 'Allowed'],
  ['one for another repository is not', { identityPolicies: [policy({ Resource: `${REPOSITORY}2` })] }, 'ImplicitlyDenied'],
  ['one for another action is not', { identityPolicies: [policy({ Resource: '*', Action: 'ecr:PutImage' })] }, 'ImplicitlyDenied'],
  ['the policy of the repository is enough, where it names the role', { resourcePolicy: policy({ Principal: { AWS: roleOf(OWNER) } }) }, 'Allowed'],
  ['where it names the account, its own policies decide', { resourcePolicy: policy({ Principal: { AWS: `arn:aws:iam::${OWNER}:root` } }) }, 'ImplicitlyDenied'],
  ['a Deny of the repository wins', { identityPolicies: [ALLOW], resourcePolicy: policy({ Principal: '*', Effect: 'Deny' }) }, 'ExplicitlyDenied'],
  ['a Deny of the role wins', { identityPolicies: [ALLOW, DENY] }, 'ExplicitlyDenied'],
  ['a boundary takes away', { identityPolicies: [ALLOW], permissionsBoundaries: [policy({ Resource: '*', Action: 's3:*' })] }, 'ImplicitlyDenied'],
  ['so does the organization', { identityPolicies: [ALLOW], serviceControlPolicies: [policy({ Resource: '*', Action: '*' }), DENY] }, 'ExplicitlyDenied'],

  ['across accounts, the role alone is not enough', { principalArn: roleOf(OTHER), identityPolicies: [ALLOW] }, 'ImplicitlyDenied'],
  ['nor is the repository', { principalArn: roleOf(OTHER), resourcePolicy: policy({ Principal: { AWS: roleOf(OTHER) } }) }, 'ImplicitlyDenied'],
  ['both are', { principalArn: roleOf(OTHER), identityPolicies: [ALLOW], resourcePolicy: policy({ Principal: { AWS: `arn:aws:iam::${OTHER}:root` } }) }, 'Allowed'],
  ['not for a third account', { principalArn: roleOf('333333333333'), identityPolicies: [ALLOW], resourcePolicy: policy({ Principal: { AWS: OTHER } }) }, 'ImplicitlyDenied'],

  ['who is excepted by name is not denied', {
    identityPolicies: [ALLOW],
    resourcePolicy: policy({ Principal: '*', Effect: 'Deny', Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${OWNER}:role/pu*` } } }),
  }, 'Allowed'],
  ['who is not, is', {
    identityPolicies: [ALLOW],
    resourcePolicy: policy({ Principal: '*', Effect: 'Deny', Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${OWNER}:role/push*` } } }),
  }, 'ExplicitlyDenied'],
  ['a service has no ARN', {
    principalArn: 'lambda.amazonaws.com',
    resourcePolicy: policy({ Principal: { Service: 'lambda.amazonaws.com' }, Condition: { ArnLike: { 'aws:PrincipalArn': '*' } } }),
  }, 'ImplicitlyDenied'],
  ['a service is known as such', {
    principalArn: 'lambda.amazonaws.com',
    resourcePolicy: policy({ Principal: { Service: 'lambda.amazonaws.com' }, Condition: { Bool: { 'aws:PrincipalIsAWSService': 'true' } } }),
  }, 'Allowed'],

  ['a web identity is trusted by its claims', webIdentity({ sub: 'repo:a/b:ref:refs/heads/main', repository_id: '7' }), 'Allowed'],
  ['not with another subject', webIdentity({ sub: 'repo:a/c:ref:refs/heads/main', repository_id: '7' }), 'ImplicitlyDenied'],
  ['not without one', webIdentity({ repository_id: '7' }), 'ImplicitlyDenied'],
  ['not with another id', webIdentity({ sub: 'repo:a/b:ref:refs/heads/main', repository_id: '8' }), 'ImplicitlyDenied'],
])('%s', async (_, request, decision) => {
  expect(await decisionOn({ principalArn: roleOf(OWNER), action: 'ecr:BatchGetImage', resourceArn: REPOSITORY, ...request })).toBe(decision);
});

function webIdentity(claims: Record<string, string>): IamRequest {
  return {
    principalArn: OIDC,
    action: 'sts:AssumeRoleWithWebIdentity',
    resourceArn: `arn:aws:iam::${OWNER}:role/push`,
    context: Object.fromEntries(Object.entries(claims).map(([name, value]) => [`token.actions.githubusercontent.com:${name}`, value])),
    resourcePolicy: policy({
      Principal: { Federated: OIDC },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:a/b:*' },
        StringEquals: { 'token.actions.githubusercontent.com:repository_id': '7' },
      },
    }),
  };
}

test.each<[string, Partial<IamRequest>, RegExp]>([
  ['an action that AWS does not have', { action: 'ecr:PullImage' }, /ecr:PullImage/],
  ['a key that AWS does not have', { context: { 'ecr:ImageTag': '1.0.0' } }, /AWS lists no ecr:ImageTag for ecr:BatchGetImage/],
  ['a claim that AWS does not pass on', webIdentity({ sub: 'repo:a/b:ref:refs/heads/main', run_id: '7' }), /AWS lists no .*:run_id for sts:AssumeRoleWithWebIdentity/],
  ['a document that is none', { identityPolicies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Maybe', Action: '*', Resource: '*' }] }] }, /Effect/],
])('%s is an error', async (_, request, message) => {
  await expect(decisionOn({ principalArn: roleOf(OWNER), action: 'ecr:BatchGetImage', resourceArn: REPOSITORY, ...request })).rejects.toThrow(message);
});
