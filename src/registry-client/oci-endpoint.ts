import { Challenge, readChallenge } from './authentication-challenge';
import { Keychain } from './keychain';
import { OciAuthentication } from './oci-authentication';
import { outcomeOf, ResolutionError } from './resolution-error';
import { HttpRequest, HttpResponse, isLoopback, sendRequest } from './transport';
import { DOCKER_HUB } from '../names/image-reference';
import { OciRepositoryName } from '../names/repository-name';

const DOCKER_HUB_API = 'registry-1.docker.io';
const BASE = '/v2/';

export interface OciEndpointOptions {
  readonly repository: OciRepositoryName;
  readonly keychain: Keychain;
  readonly timeoutMs: number;
}

type Question = Pick<HttpRequest, 'method' | 'headers' | 'image'>;

/** The API of a registry for one repository: where it is, and how it wants to be asked. */
export class OciEndpoint {
  private readonly address: URL;
  private readonly authentication: OciAuthentication;
  private challengeOfBase?: Promise<Challenge | undefined>;

  constructor(private readonly options: OciEndpointOptions) {
    const { repository: { host, repositoryName }, keychain, timeoutMs } = options;
    this.address = addressOf(host);
    this.authentication = new OciAuthentication({ address: this.address, repositoryName, credentials: async () => keychain(host), timeoutMs });
  }

  public get host(): string {
    return this.address.host;
  }

  /** The answer to a request, signed in as far as the registry wants it. */
  public async ask(path: string, question: Question): Promise<HttpResponse> {
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

  /** How to sign in after an answer. Whoever the registry redirects to is not who the credentials are for. */
  private async challengeOf(answer: HttpResponse, authorization: string | undefined, question: Question): Promise<Challenge | undefined> {
    const { url, status } = answer;
    if (url.origin !== this.address.origin || status < 400 || status >= 500) {
      return undefined;
    }
    const challenge = challengeIn(answer);
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
    return sendRequest({ ...question, url: new URL(path, this.address), authorization, timeoutMs: this.options.timeoutMs });
  }
}

function challengeIn({ status, headers }: HttpResponse): Challenge | undefined {
  return [401, 403].includes(status) ? readChallenge(headers['www-authenticate'] ?? '') : undefined;
}

/** Plain HTTP is for registries on this machine, as Docker does it. */
function addressOf(host: string): URL {
  const address = `https://${host === DOCKER_HUB ? DOCKER_HUB_API : host}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || url.username || url.password || url.href !== `${url.origin}/`) {
    throw new ResolutionError('unknown-host', "malformed host, not a name such as 'ghcr.io', or 'localhost:5000' with a port");
  }
  return isLoopback(url) ? new URL(`http://${host}`) : url;
}
