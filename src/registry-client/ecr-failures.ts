import type { ECRServiceException } from '@aws-sdk/client-ecr';
import { quote } from './quote';
import { Reason, ResolutionError } from './resolution-error';
import { readRetryAfter } from './retry-after';
import { isTlsFailure, UNKNOWN_HOST, UNREACHABLE } from './transport-failures';
import { EcrRepositoryName } from '../names/repository-name';

const REASONS_BY_NAME: [Reason, string[]][] = [
  ['repository-not-found', ['RepositoryNotFoundException']],
  ['access-denied', ['AccessDeniedException', 'AccessDenied', 'UnauthorizedException']],
  ['not-signed-in', ['ExpiredTokenException', 'ExpiredToken', 'UnrecognizedClientException', 'InvalidSignatureException',
    'IncompleteSignatureException', 'IncompleteSignature', 'InvalidClientTokenId', 'MissingAuthenticationToken']],
  ['unusable-credentials', ['CredentialsProviderError', 'TokenProviderError']],
  ['unusable-proxy', ['ProxyError']],
];
const THROTTLED = /throttl|toomanyrequests|limitexceeded|requestlimit/i;
/** A host of AWS that is unknown is trouble of the network, which passes: nobody has typed its name. */
const NO_WAY = [...UNREACHABLE, UNKNOWN_HOST];

/** Says what ECR refuses for the images of one repository. */
export class EcrFailures {
  constructor(private readonly name: EcrRepositoryName) {}

  public describe(tag: string): string {
    return `'${this.name.repositoryName}:${tag}' (account ${this.name.account}, Region ${this.name.region})`;
  }

  /** For all but `isImageNotFound`. */
  public explain(error: unknown, tag: string, action: string): ResolutionError {
    const { name, message, $metadata, $response } = error as Error & Partial<ECRServiceException>;
    const status = $metadata?.httpStatusCode;
    const reason = reasonOf(error as Error, status);
    const image = this.describe(tag);
    const details = { status, retryAfter: readRetryAfter($response?.headers['retry-after']) };
    const quoted = quote(`${message}`);
    switch (reason) {
      case 'repository-not-found': return new ResolutionError(reason, `the repository of ${image} does not exist`, details);
      case 'access-denied': return new ResolutionError(reason, `${action} for ${image} is denied (${quoted})`, details);
      default: return new ResolutionError(reason, `${action} for ${image} failed (${quote(`${name}`)}: ${quoted})`, details);
    }
  }

  public missing(tag: string): ResolutionError {
    return this.failure('image-not-found', tag, 'does not exist');
  }

  /** @param digest where the image is known by it, whatever the tag names */
  public archived(tag: string, digest?: string): ResolutionError {
    return this.failure('archived', tag, 'is archived and cannot be pulled', digest);
  }

  public malformed(tag: string, digest: string): ResolutionError {
    return this.failure('malformed-answer', tag, `has no usable digest, ECR answers with '${quote(digest)}'`);
  }

  public wrongContent(tag: string, digest: string, actual: string): ResolutionError {
    return new ResolutionError('wrong-content', `ECR answers for ${this.describe(tag)} with content whose digest is ${actual}, not ${digest}`);
  }

  public unreadable(tag: string, digest: string, problem: string): ResolutionError {
    return this.failure('unreadable-image', tag, `cannot be read (${digest}, ${quote(problem)})`);
  }

  private failure(reason: Reason, tag: string, what: string, digest?: string): ResolutionError {
    return new ResolutionError(reason, `${this.describe(tag)} ${what}`, { digest });
  }
}

export function isImageNotFound(error: unknown): boolean {
  return (error as Error).name === 'ImageNotFoundException';
}

function reasonOf({ name, code }: NodeJS.ErrnoException, status: number | undefined): Reason {
  const [reason] = REASONS_BY_NAME.find(([, names]) => names.includes(name)) ?? [];
  if (reason) {
    return reason;
  }
  if (NO_WAY.includes(code ?? '')) {
    return 'unreachable';
  }
  if (isTlsFailure(code)) {
    return 'untrusted-host';
  }
  if (name === 'TimeoutError') {
    return 'timed-out';
  }
  if (status === 429 || THROTTLED.test(name)) {
    return 'rate-limited';
  }
  return status !== undefined && status >= 400 && status < 500 ? 'refused' : 'unavailable';
}
