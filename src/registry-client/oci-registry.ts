import { Keychain } from './keychain';
import { digestOf } from './manifest-digest';
import { manifestType, MEDIA_TYPES } from './manifest-type';
import { OciEndpoint } from './oci-endpoint';
import { registryRefusal } from './oci-failures';
import { Registry, TaggedImage } from './registry';
import { ResolutionError } from './resolution-error';
import { AgentFor, HttpResponse } from './transport';
import { digestProblem } from '../names/image-grammar';
import { OciRepositoryName } from '../names/repository-name';

const DEFAULT_TIMEOUT_MS = 10_000;

/** What a registry means by HEAD as by GET. All else may be for want of HEAD, as with some registries and proxies, and a body says why. */
const HEAD_IS_FINAL = [401, 429, 502, 503, 504];

export interface OciRegistryOptions {
  /**
   * Asked once, when the registry wants credentials.
   *
   * @default - access is anonymous
   */
  readonly keychain?: Keychain;

  /**
   * Ask by plain HTTP, and then never with credentials, unless the registry is on this machine.
   *
   * @default false
   */
  readonly insecure?: boolean;

  /**
   * For one request, its body and redirects included.
   *
   * @default 10000
   */
  readonly timeoutMs?: number;

  /**
   * Also for its token server.
   *
   * @default - requests go straight to their hosts
   */
  readonly agent?: AgentFor;
}

/** Looks up digests in one repository of a registry with the OCI distribution API. Keep it: it remembers its token. */
export class OciRegistry implements Registry {
  private readonly name: OciRepositoryName;
  private readonly endpoint: OciEndpoint;

  constructor({ host, repositoryName }: OciRepositoryName, options: OciRegistryOptions = {}) {
    const { keychain = async () => undefined, insecure = false, timeoutMs = DEFAULT_TIMEOUT_MS, agent } = options;
    this.name = { host, repositoryName };
    this.endpoint = new OciEndpoint({ repository: this.name, keychain, insecure, timeoutMs, agent });
  }

  public describe(tag: string): string {
    return `'${this.name.host}/${this.name.repositoryName}:${tag}'`;
  }

  /** @param tag or a digest, whose image has no other one */
  public async image(tag: string): Promise<TaggedImage> {
    return this.imageOf(tag, tag);
  }

  /** The image with a digest that was known for a tag, whatever the tag names by now. */
  public async lockedImage(digest: string, tag: string): Promise<TaggedImage> {
    return this.imageOf(digest, `${tag}@${digest}`);
  }

  /** @param name the tag, and the digest where that is asked for, in messages */
  private async imageOf(reference: string, name: string): Promise<TaggedImage> {
    const image = await this.statedImage(reference, name);
    if (!digestProblem(reference) && image.digest !== reference) {
      throw this.wrongContent(name, image.digest, reference);
    }
    return image;
  }

  private async statedImage(reference: string, tag: string): Promise<TaggedImage> {
    const answer = await this.ask('HEAD', reference, tag);
    const digest = statedDigest(answer.headers);
    const mediaType = contentType(answer.headers);
    if (answer.status === 200 && digest && mediaType) {
      return { digest: this.checked(digest, tag), mediaType };
    }
    return answer.status === 200 || !HEAD_IS_FINAL.includes(answer.status) ? this.imageFromContent(reference, tag) : this.refuse(answer, tag);
  }

  public async manifest(digest: string, tag: string): Promise<string> {
    const { body } = await this.content(digest, tag);
    this.verify(body, digest, tag);
    return body.toString();
  }

  private async imageFromContent(reference: string, tag: string): Promise<TaggedImage> {
    const { headers, body } = await this.content(reference, tag);
    const digest = statedDigest(headers);
    if (digest) {
      this.verify(body, this.checked(digest, tag), tag);
    }
    const mediaType = manifestType(body.toString(), contentType(headers));
    if (!mediaType) {
      const image = this.describe(tag);
      throw new ResolutionError('unreadable-image', `${this.endpoint.host} answers with no image manifest of today's types for ${image}`);
    }
    return { digest: digestOf(body), mediaType };
  }

  private async content(reference: string, tag: string): Promise<HttpResponse> {
    const answer = await this.ask('GET', reference, tag);
    return answer.status === 200 ? answer : this.refuse(answer, tag);
  }

  private refuse(answer: HttpResponse, tag: string): never {
    throw registryRefusal(answer, answer.url.host, this.describe(tag));
  }

  private async ask(method: 'HEAD' | 'GET', reference: string, tag: string): Promise<HttpResponse> {
    return this.endpoint.ask(`manifests/${reference}`, { method, headers: { accept: MEDIA_TYPES.join(', ') }, image: this.describe(tag) });
  }

  private checked(digest: string, tag: string): string {
    if (digestProblem(digest)) {
      throw new ResolutionError('malformed-answer', `${this.endpoint.host} names no usable digest for ${this.describe(tag)} in Docker-Content-Digest`);
    }
    return digest;
  }

  private verify(body: Buffer, digest: string, tag: string): void {
    const actual = digestOf(body);
    if (actual !== digest) {
      throw this.wrongContent(tag, actual, digest);
    }
  }

  private wrongContent(tag: string, actual: string, digest: string): ResolutionError {
    return new ResolutionError('wrong-content', `${this.endpoint.host} answers for ${this.describe(tag)} with content whose digest is ${actual}, not ${digest}`);
  }
}

/** A registry that says it twice has said it once; one that says two things has said nothing that can be used. */
function statedDigest(headers: HttpResponse['headers']): string | undefined {
  const stated = new Set(headers['docker-content-digest']?.split(',').map(digest => digest.trim()));
  return stated.size === 1 ? [...stated][0] : headers['docker-content-digest'];
}

function contentType(headers: HttpResponse['headers']): string | undefined {
  const type = headers['content-type']?.split(';')[0].trim().toLowerCase();
  return MEDIA_TYPES.find(known => known === type);
}
