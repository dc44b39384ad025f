import { ECRClient } from '@aws-sdk/client-ecr';
import { AssumeRoleCommand, AssumeRoleCommandInput, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromEnv, fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { TRUST, UNUSABLE_PROXY } from './advice';
import type { Agents } from './agents';
import { BoundedHttpHandler } from './bounded-http-handler';
import { KnownSecrets } from './known-secrets';
import { CredentialProvider, MfaError, MfaSession } from './mfa-session';
import { LookupRole, lookupRoleOf } from '../../lock/lock-request';
import { ProxyError } from '../../registry-client/proxy-error';
import { isTlsFailure, UNKNOWN_HOST, UNREACHABLE } from '../../registry-client/transport-failures';
import { reasonOf } from '../terminal/reason';

/** Where images are to be read. */
export interface Environment extends LookupRole {
  readonly account: string;
  readonly region: string;
}

const NO_WAY = new RegExp(`\\b(${[UNKNOWN_HOST, ...UNREACHABLE].join('|')})\\b`);

export interface CredentialOptions {
  readonly profile?: string;
  readonly env: NodeJS.ProcessEnv;
  /** @default - nobody can be asked for codes of MFA devices */
  readonly mfa?: MfaSession;
  /** @default - requests go straight to their hosts */
  readonly agents?: Agents;
}

/** Access to the registry of an account in a Region. */
export interface EcrAccess {
  readonly client: ECRClient;
  /** What to know when it is refused: which role was tried before. */
  readonly note?: string;
  /** Takes what the requests are signed with out of a message. */
  readonly mask: (message: string) => string;
}

/** What the CDK CLI calls the role that it looks things up with, where the bootstrapping was not customized. */
const DEFAULT_ROLE = (account: string, region: string) =>
  `arn:\${AWS::Partition}:iam::${account}:role/cdk-hnb659fds-lookup-role-${account}-${region}`;

const SESSION_NAME = 'cdk-secure-repository';
const PROXIED_CONNECTION_MS = 6_000;
const TIME_LIMITS = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/**
 * Reads registries with the credentials that the CDK CLI would use: those of the lookup role, assumed from the current
 * ones, and where that fails the current ones themselves, if they are of the right account.
 */
export class Credentials {
  private readonly accesses = new Map<string, Promise<EcrAccess>>();
  private readonly current: CredentialProvider;
  private readonly secrets = new KnownSecrets();
  private readonly requestHandler: BoundedHttpHandler;
  private account?: Promise<string>;

  constructor(private readonly options: CredentialOptions) {
    // Which Node.js the SDK within our bundle wants next is our own matter.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const { mfa = new MfaSession(), agents } = options;
    this.requestHandler = new BoundedHttpHandler({
      ...TIME_LIMITS, ...(agents && { httpAgent: agents.http, httpsAgent: agents.https, connectionTimeout: PROXIED_CONNECTION_MS }),
    });
    this.current = this.secrets.of(once(mfa.keeping(currentCredentials(options, mfa, this.requestHandler))));
  }

  public async ecr(environment: Environment): Promise<EcrAccess> {
    const { account, region } = environment;
    const id = JSON.stringify([account, region, lookupRoleOf(environment)]);
    if (!this.accesses.has(id)) {
      this.accesses.set(id, this.access(environment));
    }
    return this.accesses.get(id)!;
  }

  private async access({ account, region, ...lookupRole }: Environment): Promise<EcrAccess> {
    const { requestHandler } = this;
    const mask = (message: string) => this.secrets.mask(message);
    const accessBy = (credentials: CredentialProvider) => ({ client: new ECRClient({ region, credentials, maxAttempts: 1, requestHandler }), mask });
    const sts = new STSClient({ region, credentials: this.current, requestHandler });
    // A stack's role is of the account of the stack, or of one that nobody knew at synth.
    const [givenRole, defaultRole] = [lookupRole.lookupRoleArn, DEFAULT_ROLE(account, region)].map(arn => arn?.replaceAll('${AWS::Partition}', partitionOf(region)));
    const ownRole = givenRole?.split(':')[4] === account ? givenRole : undefined;
    if (ownRole === undefined && await this.currentAccount(sts, account) === account) {
      return accessBy(this.current);
    }
    const role = (ownRole ?? defaultRole)!;
    const options = ownRole === undefined ? {} : lookupRole;
    this.secrets.add(options.lookupRoleExternalId);
    this.secrets.add(options.assumeRoleAdditionalOptions?.ExternalId?.toString());
    try {
      return accessBy(this.secrets.of(await assumeRole(sts, role, options)));
    } catch (error) {
      const problem = `role ${role} cannot be assumed (${mask(reasonOf(error))})`;
      const currentAccount = await this.currentAccount(sts, account);
      if (currentAccount === account) {
        return { ...accessBy(this.current), note: `the current credentials were used, since ${problem}` };
      }
      throw new Error(`account ${account} cannot be read in ${region}: ${problem}, and the current credentials are of account ${currentAccount}; `
        + `run cdk bootstrap aws://${account}/${region} --trust-for-lookup ${currentAccount}, or use credentials of account ${account} with --profile`);
    }
  }

  private async currentAccount(sts: STSClient, wanted: string): Promise<string> {
    this.account ??= sts.send(new GetCallerIdentityCommand({})).then(({ Account }) => Account!);
    try {
      return await this.account;
    } catch (error) {
      if (error instanceof MfaError) {
        throw error;
      }
      const reason = this.secrets.mask(reasonOf(error));
      const advice = wayAdvice(error);
      if (advice) {
        throw new Error(`AWS STS cannot be reached, which says what the credentials for account ${wanted} are (${reason}); ${advice}`);
      }
      const { profile = this.options.env.AWS_PROFILE } = this.options;
      throw new Error(`no AWS credentials that work for account ${wanted}${profile ? ` with profile '${profile}'` : ''} (${reason}); `
        + 'sign in again, or name another profile with --profile or AWS_PROFILE');
    }
  }
}

/** What to do where a request had no way to its host; `undefined` for other failures. */
function wayAdvice(error: unknown): string | undefined {
  if (error instanceof ProxyError) {
    return UNUSABLE_PROXY;
  }
  if (isTlsFailure((error as NodeJS.ErrnoException).code)) {
    return TRUST;
  }
  return (error as Error).name === 'TimeoutError' || NO_WAY.test(reasonOf(error)) ? 'check the network' : undefined;
}

/** As the CDK CLI does: a profile that is named comes before the environment, and the environment before AWS_PROFILE. */
function currentCredentials({ profile, env }: CredentialOptions, mfa: MfaSession, requestHandler: BoundedHttpHandler): CredentialProvider {
  const name = profile || env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE;
  const options = {
    profile: name,
    clientConfig: { requestHandler },
    mfaCodeProvider: async (serial: string) => mfa.code(serial, name ?? 'default'),
  };
  if (profile) {
    return fromIni(options);
  }
  return env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY ? fromEnv() : fromNodeProviderChain(options);
}

/** Clients would each ask on their own: for a role, for a code, in a browser. */
function once(provider: CredentialProvider): CredentialProvider {
  let answer: ReturnType<CredentialProvider> | undefined;
  return async options => answer ??= provider(options);
}

/** As the CDK CLI does, but for the name of the session. */
async function assumeRole(
  sts: STSClient, role: string, { lookupRoleExternalId, assumeRoleAdditionalOptions }: LookupRole,
): Promise<CredentialProvider> {
  const options: Partial<AssumeRoleCommandInput> = { ...assumeRoleAdditionalOptions };
  const { Credentials: answer } = await sts.send(new AssumeRoleCommand({
    ExternalId: lookupRoleExternalId,
    RoleSessionName: SESSION_NAME,
    TransitiveTagKeys: options.Tags?.map(({ Key }) => Key!),
    ...options,
    RoleArn: role,
  }));
  const credentials = {
    accessKeyId: answer!.AccessKeyId!,
    secretAccessKey: answer!.SecretAccessKey!,
    sessionToken: answer!.SessionToken,
    expiration: answer!.Expiration,
  };
  return async () => credentials;
}

const PARTITIONS: [RegExp, string][] = [
  [/^cn-/, 'aws-cn'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^us-isof-/, 'aws-iso-f'],
  [/^eusc-/, 'aws-eusc'],
];

function partitionOf(region: string): string {
  return PARTITIONS.find(([prefix]) => prefix.test(region))?.[1] ?? 'aws';
}
