import { runSimulation, Simulation } from '@cloud-copilot/iam-simulate';

/** A document of IAM, as it stands in a template or as AWS returns it. */
export type PolicyDocument = object;

export interface IamRequest {
  /** Of a user, a role, a role's session or a root user; a service's name, such as `lambda.amazonaws.com`; or the ARN of an OIDC provider. */
  readonly principalArn: string;

  /** Such as `ecr:BatchGetImage`. An action that AWS does not have is an error. */
  readonly action: string;

  /** `*` for actions that take no resource. */
  readonly resourceArn: string;

  /** @default - none */
  readonly identityPolicies?: PolicyDocument[];

  /**
   * The policy of the resource: of a repository, or the trust policy of a role.
   *
   * @default - none
   */
  readonly resourcePolicy?: PolicyDocument;

  /** @default - none */
  readonly permissionsBoundaries?: PolicyDocument[];

  /**
   * Service control policies of the principal's account.
   *
   * @default - none
   */
  readonly serviceControlPolicies?: PolicyDocument[];

  /**
   * More keys for conditions. One that AWS does not list for the action is an error, so that none is misspelt; `sub` and `aud` of any
   * OIDC provider are known.
   *
   * @default - only what AWS says of each principal: `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`,
   * `aws:PrincipalIsAWSService`, `aws:ResourceAccount` and, for a service, `aws:PrincipalServiceName`
   */
  readonly context?: Record<string, string | string[]>;
}

export type Decision = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

/** IAM's answer, by `@cloud-copilot/iam-simulate`. Documents that are not valid are an error. */
export async function decisionOn(request: IamRequest): Promise<Decision> {
  const { identityPolicies = [], permissionsBoundaries, serviceControlPolicies = [] } = request;
  const { resourcePolicy, context = {} } = withListedClaims(request);
  const account = accountOf(request.resourceArn) ?? accountOf(request.principalArn);
  if (!account) {
    throw new Error(`neither '${request.resourceArn}' nor '${request.principalArn}' has an account`);
  }
  const simulation: Simulation = {
    request: {
      principal: sessionOf(request.principalArn),
      action: request.action,
      resource: { resource: request.resourceArn, accountId: account },
      contextVariables: { ...principalKeys(request.principalArn), 'aws:ResourceAccount': account, ...context },
    },
    identityPolicies: named(identityPolicies),
    resourcePolicy,
    permissionBoundaryPolicies: permissionsBoundaries && named(permissionsBoundaries),
    serviceControlPolicies: serviceControlPolicies.length > 0 ? [{ orgIdentifier: 'account', policies: named(serviceControlPolicies) }] : [],
    resourceControlPolicies: [],
  };
  const answer = await runSimulation(simulation, {});
  if (answer.resultType === 'error') {
    throw new Error(`${request.action} on ${request.resourceArn} cannot be judged: ${JSON.stringify(answer.errors)}`);
  }
  const unknown = answer.resultType === 'single' ? answer.result.ignoredContextKeys ?? [] : [];
  if (unknown.length > 0) {
    throw new Error(`AWS lists no ${unknown.join(', ')} for ${request.action}`);
  }
  return answer.overallResult;
}

/** Whether IAM allows a request. */
export async function isAllowed(request: IamRequest): Promise<boolean> {
  return await decisionOn(request) === 'Allowed';
}

/** Which of some actions IAM allows. */
export async function allowedActions(request: Omit<IamRequest, 'action'>, actions: string[]): Promise<string[]> {
  const answers = await Promise.all(actions.map(action => isAllowed({ ...request, action })));
  return actions.filter((_, index) => answers[index]);
}

/**
 * AWS lists `sub` and `aud` by name for Google only, and passes them on for each OIDC provider. The simulation leaves out what is not listed,
 * so those of the principal's provider take the names of Google's.
 */
function withListedClaims<T extends Pick<IamRequest, 'principalArn' | 'resourcePolicy' | 'context'>>(request: T): T {
  const [, provider] = request.principalArn.split(':oidc-provider/');
  if (!provider) {
    return request;
  }
  const { resourcePolicy, context } = request;
  const renamed = ['sub', 'aud'].reduce(
    (text, claim) => text.replaceAll(`"${provider}:${claim}":`, `"accounts.google.com:${claim}":`), JSON.stringify({ resourcePolicy, context }));
  return { ...request, ...JSON.parse(renamed) };
}

function named(policies: PolicyDocument[]) {
  return policies.map((policy, index) => ({ name: `policy${index}`, policy }));
}

function accountOf(arn: string): string | undefined {
  return arn.split(':')[4] || undefined;
}

/** A role acts in sessions. */
function sessionOf(principalArn: string): string {
  const [, partition, account, name] = /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(principalArn) ?? [];
  return name ? `arn:${partition}:sts::${account}:assumed-role/${name}/session` : principalArn;
}

/** What AWS itself says of the principal of a request. */
function principalKeys(principalArn: string): Record<string, string> {
  const account = accountOf(principalArn);
  if (!account) {
    return { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': principalArn };
  }
  if (principalArn.includes(':oidc-provider/')) {
    return {};
  }
  const session = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(principalArn);
  const type = session || principalArn.includes(':role/') ? 'AssumedRole' : principalArn.endsWith(':root') ? 'Account' : 'User';
  return {
    'aws:PrincipalArn': session ? `arn:${session[1]}:iam::${session[2]}:role/${session[3]}` : principalArn,
    'aws:PrincipalAccount': account,
    'aws:PrincipalType': type,
    'aws:PrincipalIsAWSService': 'false',
  };
}
