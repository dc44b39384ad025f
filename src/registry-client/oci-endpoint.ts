import { Challenge, readChallenge } from './authentication-challenge';
import { Keychain } from './keychain';
import { OciAuthentication } from './oci-authentication';
import { outcomeOf, ResolutionError } from './resolution-error';
import { isLoopback } from './this-machine';
import { AgentFor, HttpRequest, HttpResponse, isPrivate, sendRequest } from './transport';
import { DOCKER_HUB } from '../names/image-reference';
import { OciRepositoryName } from '../names/repository-name';

const DOCKER_HUB_API = 'registry-1.docker.io';
const BASE = '/v2/';

export interface OciEndpointOptions {
  readonly repository: OciRepositoryName;
  readonly keychain: Keychain;
  readonly insecure: boolean;
  readonly timeoutMs: number;
  readonly agent?: AgentFor;
}

type Question = Pick<HttpRequest, 'method' | 'headers' | 'image'>;

/** The API of a registry for one repository: where it is, and how it wants to be asked. */
export class OciEndpoint {
  private address: URL;
  /** A registry on this machine is asked by plain HTTP first, and speaks TLS only where that fails. */
  private isProtocolKnown: boolean;
  private readonly authentication: OciAuthentication;
  private challengeOfBase?: Promise<Challenge | undefined>;

  constructor(private readonly options: OciEndpointOptions) {
    const { repository: { host, repositoryName }, keychain, insecure, timeoutMs, agent } = options;
    const isLocal = isLoopback(addressOf(host));
    this.address = addressOf(host, isLocal || insecure ? 'http' : 'https');
    this.isProtocolKnown = insecure || !isLocal;
    const credentials = async () => keychain(host, repositoryName);
    this.authentication = new OciAuthentication({ address: this.address, repositoryName, credentials, timeoutMs, agent });
  }

  public get host(): string {
    return this.address.host;
  }

  /** The answer to a request, signed in as far as the registry wants it. */
  public async ask(path: string, question: Question): Promise<HttpResponse> {
    await this.keepCredentials(question);
    const ask = async (authorization?: string) => this.send(`${BASE}${this.options.repository.repositoryName}/${path}`, question, authorization);
    let used = this.authentication.current();
    let answer = await ask(await used);
    // A registry may refuse the first token for want of a scope that it names only then.
    for (const isFirst of [true, false]) {
      const asked = await this.challengeOf(answer, await used, question);
      const challenge = isFirst ? asked : asked && this.authentication.wider(asked);
      const renewed = challenge && this.authentication.renew(used, challenge, question.image);
      if (!renewed || !await renewed || await renewed === await used) {
        return answer;
      }
      used = renewed;
      answer = await ask(await used);
    }
    return answer;
  }

  /** Throws where credentials would have to be kept from a registry that is asked in plain text. */
  private async keepCredentials({ image }: Question): Promise<void> {
    if (!isPrivate(this.address) && await this.authentication.hasCredentials()) {
      throw new ResolutionError('credentials-without-tls', `${this.host} is to be asked without TLS for ${image}, and there are credentials for it`);
    }
  }

  /** How to sign in after an answer. Whoever the registry redirects to is not who the credentials are for. */
  private async challengeOf(answer: HttpResponse, authorization: string | undefined, question: Question): Promise<Challenge | undefined> {
    const { url, status } = answer;
    if (url.origin !== this.address.origin || status < 400 || status >= 500) {
      return undefined;
    }
    const challenge = challengeIn(answer);
    if (!isPrivate(url) && (challenge || status === 401)) {
      throw new ResolutionError('credentials-without-tls', `${url.host} asks for credentials without TLS for ${question.image} (HTTP ${status})`, { status });
    }
    if (challenge && (status === 401 || !authorization || challenge.parameters.error === 'insufficient_scope')) {
      return challenge;
    }
    return !authorization && status !== 405 && await this.authentication.hasCredentials() ? this.challengeAtBase(question) : undefined;
  }

  /** Some registries hide what is there from strangers, and only the base of the API tells these how to sign in. It knows no repository. */
  private async challengeAtBase({ headers, image }: Question): Promise<Challenge | undefined> {
    this.challengeOfBase ??= outcomeOf(() => this.send(BASE, { method: 'GET', headers, image })).then(answer => {
      const challenge = !(answer instanceof ResolutionError) && answer.url.origin === this.address.origin ? challengeIn(answer) : undefined;
      return challenge && { ...challenge, parameters: { ...challenge.parameters, scope: undefined } };
    });
    return this.challengeOfBase;
  }

  private async send(path: string, question: Question, authorization?: string): Promise<HttpResponse> {
    const { timeoutMs, agent } = this.options;
    const sendTo = async (address: URL) => sendRequest({ ...question, url: new URL(path, address), authorization, timeoutMs, agent });
    if (this.isProtocolKnown) {
      return sendTo(this.address);
    }
    const plain = await outcomeOf(() => sendTo(this.address));
    const answer = mayBeTls(plain) ? await this.secureAnswer(sendTo) ?? plain : plain;
    if (answer instanceof ResolutionError) {
      throw answer;
    }
    this.isProtocolKnown = true;
    return answer;
  }

  /** By TLS; `undefined` where there is none. */
  private async secureAnswer(sendTo: (address: URL) => Promise<HttpResponse>): Promise<HttpResponse | ResolutionError | undefined> {
    const address = addressOf(this.options.repository.host);
    const answer = await outcomeOf(() => sendTo(address));
    if (answer instanceof ResolutionError) {
      return answer.reason === 'untrusted-host' ? answer : undefined;
    }
    this.address = address;
    return answer;
  }
}

/** Whether an answer to plain HTTP may be that of a server which expects TLS. */
function mayBeTls(answer: HttpResponse | ResolutionError): boolean {
  return answer instanceof ResolutionError ? ['unavailable', 'unreachable', 'malformed-answer'].includes(answer.reason) : answer.status === 400;
}

function challengeIn({ status, headers }: HttpResponse): Challenge | undefined {
  return [401, 403].includes(status) ? readChallenge(headers['www-authenticate'] ?? '') : undefined;
}

function addressOf(host: string, protocol = 'https'): URL {
  const address = `${protocol}://${host === DOCKER_HUB ? DOCKER_HUB_API : host}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || url.username || url.password || url.href !== `${url.origin}/`) {
    throw new ResolutionError('unknown-host', "malformed host, not a name such as 'ghcr.io', or 'localhost:5000' with a port");
  }
  return url;
}
