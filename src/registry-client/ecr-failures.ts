import type { ECRServiceException } from '@aws-sdk/client-ecr';
import { quote } from './quote';
import { Reason, ResolutionError } from './resolution-error';
import { readRetryAfter } from './retry-after';
import { isTlsFailure, UNKNOWN_HOST, UNREACHABLE } from './transport-failures';
import { digestProblem } from '../names/image-grammar';
import { EcrRepositoryName } from '../names/repository-name';

const REASONS_BY_NAME: [Reason, string[]][] = [
  ['repository-not-found', ['RepositoryNotFoundException']],
  ['archived', ['ImageArchivedException']],
  ['access-denied', ['AccessDeniedException', 'AccessDenied', 'UnauthorizedException']],
  ['not-signed-in', ['ExpiredTokenException', 'ExpiredToken', 'UnrecognizedClientException', 'InvalidSignatureException',
    'IncompleteSignatureException', 'IncompleteSignature', 'InvalidClientTokenId', 'MissingAuthenticationToken']],
  ['unusable-credentials', ['CredentialsProviderError', 'TokenProviderError']],
  ['unusable-proxy', ['ProxyError']],
];
const THROTTLED = /throttl|toomanyrequests|limitexceeded|requestlimit/i;
/** A host of AWS that is unknown is trouble of the network, which passes: nobody has typed its name. */
const NO_WAY = [...UNREACHABLE, UNKNOWN_HOST];

/** Says what ECR refuses for the images of one repository. An image is known by a tag, or by its digest. */
export class EcrFailures {
  constructor(private readonly name: EcrRepositoryName) {}

  public describe(image: string): string {
    const separator = digestProblem(image) ? ':' : '@';
    return `'${this.name.repositoryName}${separator}${image}' (account ${this.name.account}, Region ${this.name.region})`;
  }

  /** For all but `isImageNotFound`. */
  public explain(error: unknown, image: string, action: string): ResolutionError {
    const { name, message, $metadata, $response } = error as Error & Partial<ECRServiceException>;
    const status = $metadata?.httpStatusCode;
    const reason = reasonOf(error as Error & Partial<ECRServiceException>, status);
    const described = this.describe(image);
    const details = { status, retryAfter: readRetryAfter($response?.headers['retry-after']) };
    const quoted = quote(`${message}`);
    switch (reason) {
      case 'repository-not-found': return new ResolutionError(reason, `the repository of ${described} does not exist`, details);
      case 'archived': return this.archived(image);
      case 'access-denied': return new ResolutionError(reason, `${action} for ${described} is denied (${quoted})`, details);
      default: return new ResolutionError(reason, `${action} for ${described} failed (${quote(`${name}`)}: ${quoted})`, details);
    }
  }

  public missing(image: string): ResolutionError {
    return this.failure('image-not-found', image, 'does not exist');
  }

  /** @param digest where it is that rather than its tag which is out of reach */
  public archived(image: string, digest?: string): ResolutionError {
    return this.failure('archived', image, 'is archived and cannot be pulled', digest);
  }

  public malformed(tag: string, digest: string): ResolutionError {
    return this.failure('malformed-answer', tag, `has no usable digest, ECR answers with '${quote(digest)}'`);
  }

  public wrongContent(image: string, digest: string, actual: string): ResolutionError {
    return new ResolutionError('wrong-content', `ECR answers for ${this.describe(image)} with content whose digest is ${actual}, not ${digest}`);
  }

  public unreadable(image: string, digest: string, problem: string): ResolutionError {
    return this.failure('unreadable-image', image, `cannot be read (${digest}, ${quote(problem)})`);
  }

  /** For an answer about an image that is not what ECR answers with. */
  public malformedAnswer(image: string, action: string, problem: string): ResolutionError {
    return new ResolutionError('malformed-answer', `${action} for ${this.describe(image)} was answered with ${problem}`);
  }

  /** For an answer of several pages that are not of one time. */
  public changed(image: string, action: string): ResolutionError {
    return new ResolutionError('unavailable', `what ${action} answers for ${this.describe(image)} changed while it was read`);
  }

  private failure(reason: Reason, image: string, what: string, digest?: string): ResolutionError {
    return new ResolutionError(reason, `${this.describe(image)} ${what}`, { digest });
  }
}

export function isImageNotFound(error: unknown): boolean {
  return (error as Error).name === 'ImageNotFoundException';
}

function reasonOf({ name, code, $fault }: NodeJS.ErrnoException & Partial<ECRServiceException>, status: number | undefined): Reason {
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
  // An answer that broke off has a status, and is not known for a refusal.
  return $fault !== undefined && status !== undefined && status >= 400 && status < 500 ? 'refused' : 'unavailable';
}
