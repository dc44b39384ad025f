import { Challenge, readChallenge } from './authentication-challenge';
import { IDENTITY_TOKEN_USER, REGISTRY_TOKEN_USER, RegistryCredentials } from './keychain';
import { refusal } from './oci-failures';
import { ResolutionError } from './resolution-error';
import { isLoopback, isPrivate, sendRequest } from './transport';

const CLIENT = 'cdk-secure-repository';
const TOKEN = /^[\x21-\x7e]+$/;

export interface OciAuthenticationOptions {
  /** Of the registry. */
  readonly address: URL;
  readonly repositoryName: string;
  readonly credentials: () => Promise<RegistryCredentials | undefined>;
  readonly timeoutMs: number;
}

/** Authorizes requests for one repository, as its registry wants it, and remembers how. */
export class OciAuthentication {
  private known: Promise<string | undefined> = Promise.resolve(undefined);
  private credentials?: Promise<RegistryCredentials | undefined>;

  constructor(private readonly options: OciAuthenticationOptions) {}

  /** The value for the `Authorization` header; `undefined` as long as the registry has not asked for one. */
  public current(): Promise<string | undefined> {
    return this.known;
  }

  /**
   * Another value after a registry refused `refused`, or `undefined` when there is none.
   *
   * Requests that were refused together get one new token.
   */
  public async renew(refused: Promise<string | undefined>, header: string, image: string): Promise<string | undefined> {
    if (this.known === refused) {
      const renewed = this.authorize(readChallenge(header), image);
      this.known = renewed;
      renewed.catch(() => {
        this.known = refused;
      });
    }
    return this.known;
  }

  private async authorize(challenge: Challenge | undefined, image: string): Promise<string | undefined> {
    if (!challenge) {
      return undefined;
    }
    this.credentials ??= this.options.credentials();
    const credentials = await this.credentials;
    if (credentials?.username === REGISTRY_TOKEN_USER) {
      return `Bearer ${credentials.password}`;
    }
    if (challenge.scheme === 'bearer') {
      return `Bearer ${await this.token(challenge, credentials, image)}`;
    }
    return credentials && credentials.username !== IDENTITY_TOKEN_USER ? basic(credentials) : undefined;
  }

  private async token({ parameters }: Challenge, credentials: RegistryCredentials | undefined, image: string): Promise<string> {
    const realm = this.realm(parameters.realm, image);
    const question = {
      ...(parameters.service && { service: parameters.service }),
      scope: parameters.scope ?? `repository:${this.options.repositoryName}:pull`,
    };
    const answer = await sendRequest({ ...tokenRequest(realm, question, credentials), timeoutMs: this.options.timeoutMs, image });
    const from = `the token server ${realm.host}`;
    if (answer.status !== 200) {
      throw refusal(answer, from, image);
    }
    return readToken(answer.body, from, image);
  }

  private realm(realm: string | undefined, image: string): URL {
    const url = realm && URL.canParse(realm) ? new URL(realm) : undefined;
    if (!url || url.username || url.password || !isPrivate(url) || (isLoopback(url) && !isLoopback(this.options.address))) {
      throw new ResolutionError('malformed-answer', `${this.options.address.host} names no token server with https for ${image}`);
    }
    return url;
  }
}

function tokenRequest(realm: URL, question: Record<string, string>, credentials: RegistryCredentials | undefined) {
  if (credentials?.username === IDENTITY_TOKEN_USER) {
    const form = new URLSearchParams({ ...question, grant_type: 'refresh_token', refresh_token: credentials.password, client_id: CLIENT });
    return { url: realm, method: 'POST' as const, form };
  }
  const url = new URL(realm);
  Object.entries(question).forEach(([name, value]) => url.searchParams.set(name, value));
  return { url, method: 'GET' as const, authorization: credentials && basic(credentials) };
}

function readToken(body: Buffer, from: string, image: string): string {
  try {
    const { token, access_token: accessToken } = JSON.parse(body.toString());
    const value = token || accessToken;
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
