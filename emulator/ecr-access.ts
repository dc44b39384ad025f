import { ECRClient, GetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { ListRoleTagsCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand } from '@aws-sdk/client-sts';
import { accountClients } from './account-clients';
import { Answer, refusal } from './ecr-answer';

/** A path of our MiniStack, which AWS does not have: the ARN of who has an access key. */
const CALLERS_PATH = '/callers';

/** What ECR asks of Amazon Inspector for enhanced findings. */
const INSPECTOR_LISTS = [['inspector2:ListCoverage', '/coverage/list'], ['inspector2:ListFindings', '/findings/list']];

export interface Caller {
  readonly account: string;
  /** Of a session: its role's name. */
  readonly role?: string;
}

export interface Repository {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
}

/** Who may ask ECR what, by MiniStack's own evaluation of a role's policies and by the policy of the repository. */
export class EcrAccess {
  constructor(private readonly endpoint: string) {}

  /** The root user's access key is the account; any other was issued by the emulator. */
  public async callerOf(accessKey: string): Promise<Caller> {
    if (/^[0-9]{12}$/.test(accessKey)) return { account: accessKey };
    const [, account, role] = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(await this.arnOf(accessKey)) ?? [];
    if (role) return { account, role };
    const { Account } = await this.clients().sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKey }));
    return { account: Account! };
  }

  /** Why somebody may not do something with a repository, if so: its policy counts for other accounts only. */
  public async denial(caller: Caller, action: string, repository: Repository): Promise<Answer | undefined> {
    const { account, region, repositoryName } = repository;
    const arn = `arn:aws:ecr:${region}:${account}:repository/${repositoryName}`;
    if (!await this.identityAllows(caller, action, arn)) return denied(caller, action, arn, 'identity-based');
    const { ecr } = this.clients(account, region);
    return account === caller.account || await policyAllows(ecr, repositoryName, caller.account, action, await this.tagsOf(caller))
      ? undefined
      : denied(caller, action, arn, 'resource-based');
  }

  /** Why somebody may not read the findings of Amazon Inspector, if so. */
  public async inspectorDenial(caller: Caller, region: string): Promise<Answer | undefined> {
    for (const [action, path] of INSPECTOR_LISTS) {
      const arn = `arn:aws:inspector2:${region}:${caller.account}:${path}`;
      if (!await this.identityAllows(caller, action, arn)) return denied(caller, action, arn, 'identity-based');
    }
    return undefined;
  }

  /** A root user may do all that its account may. */
  private async identityAllows({ account, role }: Caller, action: string, arn: string): Promise<boolean> {
    if (role === undefined) return true;
    const { EvaluationResults } = await this.clients(account).iam.send(new SimulatePrincipalPolicyCommand({
      PolicySourceArn: `arn:aws:iam::${account}:role/${role}`, ActionNames: [action], ResourceArns: [arn],
    }));
    return EvaluationResults![0].EvalDecision === 'allowed';
  }

  /** The role's tags, as conditions name them. */
  private async tagsOf({ account, role: RoleName }: Caller): Promise<Record<string, string>> {
    if (RoleName === undefined) return {};
    const { Tags = [] } = await this.clients(account).iam.send(new ListRoleTagsCommand({ RoleName }));
    return Object.fromEntries(Tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, Value!]));
  }

  private async arnOf(accessKey: string): Promise<string> {
    return (await fetch(`${this.endpoint}${CALLERS_PATH}/${accessKey}`)).text();
  }

  private clients(account?: string, region?: string) {
    return accountClients({ endpoint: this.endpoint, ecrEndpoint: this.endpoint }, { account, region });
  }
}

function denied({ account, role }: Caller, action: string, resource: string, policy: string): Answer {
  return refusal('AccessDeniedException',
    `User: arn:aws:iam::${account}:${role ? `role/${role}` : 'root'} is not authorized to perform: ${action} on resource: ${resource} `
    + `because no ${policy} policy allows the ${action} action`);
}

/**
 * Understands what the CDK writes: statements with everybody or the root user of an account, actions by name, and conditions on tags of
 * the caller. A Deny wins.
 */
async function policyAllows(
  ecr: ECRClient, repositoryName: string, account: string, action: string, tags: Record<string, string>,
): Promise<boolean> {
  const policy = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName })).catch((error: Error) => {
    if (error.name === 'RepositoryPolicyNotFoundException') return { policyText: '{"Statement":[]}' };
    throw error;
  });
  const effects = JSON.parse(policy.policyText!).Statement
    .filter(({ Principal, Action }: any) => [Principal, Principal.AWS].flat().some(principal => ['*', `arn:aws:iam::${account}:root`].includes(principal))
      && [Action].flat().includes(action))
    .filter(({ Condition }: any) => holds(Condition, tags))
    .map(({ Effect }: any) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function holds({ StringEquals = {}, ...others }: Record<string, Record<string, string>> = {}, tags: Record<string, string>): boolean {
  const unknown = [...Object.keys(others), ...Object.keys(StringEquals).filter(key => !key.startsWith('aws:PrincipalTag/'))];
  if (unknown.length > 0) {
    throw new Error(`conditions with ${unknown.join(', ')} cannot be judged here`);
  }
  return Object.entries(StringEquals).every(([key, value]) => tags[key] === value);
}
