import { Challenge } from './authentication-challenge';
import { IDENTITY_TOKEN_USER, REGISTRY_TOKEN_USER, RegistryCredentials } from './keychain';
import { refusal } from './oci-failures';
import { ResolutionError } from './resolution-error';
import { isThisMachine } from './this-machine';
import { AgentFor, HttpRequest, isPrivate, sendRequest } from './transport';

const CLIENT = 'cdk-secure-repository';
const TOKEN = /^[\x21-\x7e]+$/;
const CONTROL = /\p{Cc}/u;

export interface OciAuthenticationOptions {
  /** Of the registry. */
  readonly address: URL;
  readonly repositoryName: string;
  readonly credentials: () => Promise<RegistryCredentials | undefined>;
  readonly timeoutMs: number;
  readonly agent?: AgentFor;
}

/** Authorizes requests for one repository, as its registry wants it, and remembers how. */
export class OciAuthentication {
  private known: Promise<string | undefined> = Promise.resolve(undefined);
  private credentials?: Promise<RegistryCredentials | undefined>;
  private scopes: string[] = [];

  constructor(private readonly options: OciAuthenticationOptions) {}

  /** The value for the `Authorization` header; `undefined` as long as the registry has not asked for one. */
  public current(): Promise<string | undefined> {
    return this.known;
  }

  public async hasCredentials(): Promise<boolean> {
    return await this.ownCredentials() !== undefined;
  }

  /** A challenge again, with a scope that no token was asked for yet; `undefined` where there is none. */
  public wider({ scheme, parameters }: Challenge): Challenge | undefined {
    const scope = [parameters.scope, this.ownScope].find(wanted => wanted && !this.scopes.includes(wanted));
    return scheme === 'bearer' && scope ? { scheme, parameters: { ...parameters, scope } } : undefined;
  }

  /**
   * Another value after a registry refused `refused`, or `undefined` when there is none.
   *
   * Requests that were refused together get one new token.
   */
  public renew(refused: Promise<string | undefined>, challenge: Challenge, image: string): Promise<string | undefined> {
    if (this.known === refused) {
      const renewed = this.authorize(challenge, image);
      this.known = renewed;
      renewed.catch(() => {
        this.known = refused;
      });
    }
    return this.known;
  }

  private async authorize(challenge: Challenge, image: string): Promise<string | undefined> {
    const credentials = await this.ownCredentials();
    if (credentials?.username === REGISTRY_TOKEN_USER) {
      return `Bearer ${credentials.password}`;
    }
    if (challenge.scheme === 'bearer') {
      return `Bearer ${await this.token(challenge, credentials, image)}`;
    }
    return credentials && credentials.username !== IDENTITY_TOKEN_USER ? basic(credentials) : undefined;
  }

  private async ownCredentials(): Promise<RegistryCredentials | undefined> {
    this.credentials ??= this.options.credentials().then(credentials => this.usable(credentials));
    return this.credentials;
  }

  /** A header has no place for control characters, nor has a password of HTTP; a file's last line break gets into one easily. */
  private usable(credentials: RegistryCredentials | undefined): RegistryCredentials | undefined {
    if (!credentials) {
      return undefined;
    }
    const { username, password } = credentials;
    const isUsable = username === REGISTRY_TOKEN_USER ? TOKEN.test(password) : !CONTROL.test(username + password);
    if (!isUsable) {
      const what = username === REGISTRY_TOKEN_USER ? 'token' : 'user or password';
      throw new ResolutionError('unusable-credentials', `the ${what} for ${this.options.address.host} has a character that cannot be sent, such as a line break`);
    }
    return credentials;
  }

  private get ownScope(): string {
    return `repository:${this.options.repositoryName}:pull`;
  }

  private async token({ parameters }: Challenge, credentials: RegistryCredentials | undefined, image: string): Promise<string> {
    const { realm, service, scope } = parameters;
    const wanted = scope ?? this.scopes[0] ?? this.ownScope;
    const scopes = [wanted, ...this.scopes.filter(other => other !== wanted)];
    const url = this.realm(realm, image);
    const { timeoutMs, agent } = this.options;
    const send = async (request: TokenRequest) => sendRequest({ ...request, timeoutMs, agent, image });
    let answer = await send(tokenRequest(url, service, scopes, credentials));
    if (credentials?.username === IDENTITY_TOKEN_USER && [404, 405].includes(answer.status)) {
      // Not every token server knows identity tokens; what everybody may read needs none.
      answer = await send(tokenRequest(url, service, scopes, undefined));
    }
    const from = `the token server ${url.host}`;
    if (answer.status !== 200) {
      throw refusal(answer, from, image);
    }
    const token = readToken(answer.body, from, image);
    this.scopes = scopes;
    return token;
  }

  private realm(realm: string | undefined, image: string): URL {
    const url = realm && URL.canParse(realm) ? new URL(realm) : undefined;
    if (!url || url.username || url.password || !isPrivate(url) || (isThisMachine(url) && !isThisMachine(this.options.address))) {
      throw new ResolutionError('malformed-answer', `${this.options.address.host} names no token server with https for ${image}`);
    }
    return url;
  }
}

type TokenRequest = Pick<HttpRequest, 'url' | 'method' | 'authorization' | 'form'>;

function tokenRequest(realm: URL, service: string | undefined, scopes: string[], credentials: RegistryCredentials | undefined): TokenRequest {
  if (credentials?.username === IDENTITY_TOKEN_USER) {
    const question = { ...(service && { service }), scope: scopes.join(' '), client_id: CLIENT };
    return { url: realm, method: 'POST', form: new URLSearchParams({ ...question, grant_type: 'refresh_token', refresh_token: credentials.password }) };
  }
  const url = new URL(realm);
  if (service) {
    url.searchParams.set('service', service);
  }
  url.searchParams.delete('scope');
  scopes.forEach(scope => url.searchParams.append('scope', scope));
  return { url, method: 'GET', authorization: credentials && basic(credentials) };
}

function readToken(body: Buffer, from: string, image: string): string {
  try {
    const { token, access_token: accessToken } = JSON.parse(body.toString());
    const value = accessToken || token;
    if (typeof value === 'string' && TOKEN.test(value)) {
      return value;
    }
  } catch {
    // Told below, without the text: it may hold a token.
  }
  throw new ResolutionError('malformed-answer', `${from} answers without a token for ${image}`);
}

function basic({ username, password }: RegistryCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
