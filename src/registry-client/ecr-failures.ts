import type { ECRServiceException } from '@aws-sdk/client-ecr';
import { ResolutionError } from './resolution-error';
import { EcrRepositoryName } from '../names/repository-name';

const DENIED = ['AccessDeniedException', 'AccessDenied', 'UnauthorizedException'];
const INVALID = ['InvalidParameterException', 'ValidationException'];
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'ENETUNREACH', 'EHOSTUNREACH'];
const NOT_SIGNED_IN = [
  'CredentialsProviderError', 'TokenProviderError', 'ExpiredTokenException', 'ExpiredToken', 'UnrecognizedClientException', 'InvalidSignatureException',
];

/** Says what ECR refuses for the images of one repository, and what to do about it. */
export class EcrFailures {
  constructor(private readonly name: EcrRepositoryName) {}

  public describe(tag: string): string {
    return `'${this.name.repositoryName}:${tag}' (account ${this.name.account}, Region ${this.name.region})`;
  }

  /** For all but `isImageNotFound`. */
  public explain(error: unknown, tag: string, action: string): ResolutionError {
    const name = (error as Error).name;
    const message = (error as Error).message.replace(/\s+/g, ' ');
    const image = this.describe(tag);
    if (name === 'RepositoryNotFoundException') {
      return new ResolutionError('final',
        `the repository of ${image} does not exist; create it first, or correct its name, account and Region`);
    }
    if (DENIED.includes(name)) {
      return new ResolutionError('denied',
        `${action} for ${image} is denied (${message}); allow it for that role in the repository's policy, see: ${this.command('get-repository-policy')}`);
    }
    if (NOT_SIGNED_IN.includes(name)) {
      return new ResolutionError('final', `${action} for ${image} failed (${name}: ${message}); sign in to AWS again, see: aws sts get-caller-identity`);
    }
    if (INVALID.includes(name)) {
      return new ResolutionError('final', `ECR does not take the request for ${image} (${name}: ${message}); correct tag and repository`);
    }
    return new ResolutionError(kindOf(error, name),
      `${action} for ${image} failed (${name}: ${message}); try again, and when it stays see: ${this.command('describe-images', `--image-ids imageTag=${tag}`)}`);
  }

  public missing(tag: string): ResolutionError {
    return new ResolutionError('missing',
      `${this.describe(tag)} does not exist; push it first, or let fromTag wait for it with waitForImage, see: ${this.command('list-images')}`);
  }

  public archived(tag: string): ResolutionError {
    const restore = this.command('update-image-storage-class', `--image-id imageTag=${tag} --target-storage-class STANDARD`);
    return new ResolutionError('final', `${this.describe(tag)} is archived and cannot be pulled; restore it with: ${restore}`);
  }

  public malformed(tag: string, problem: string): ResolutionError {
    return new ResolutionError('final', `ECR's answer for ${this.describe(tag)} cannot be used: ${problem}; find out what answers in its place`);
  }

  public unreadable(tag: string, digest: string, reason: string): ResolutionError {
    return new ResolutionError('final', `${this.describe(tag)} cannot be read (${digest}, ${reason}); push the image again`);
  }

  private command(name: string, more = ''): string {
    const { account, region, repositoryName } = this.name;
    return `aws ecr ${name} --registry-id ${account} --region ${region} --repository-name ${repositoryName} ${more}`.trimEnd();
  }
}

export function isImageNotFound(error: unknown): boolean {
  return (error as Error).name === 'ImageNotFoundException';
}

function kindOf(error: unknown, name: string): ResolutionError['kind'] {
  if (UNREACHABLE.includes((error as NodeJS.ErrnoException).code ?? '')) {
    return 'unreachable';
  }
  return isLasting(error, name) ? 'final' : 'busy';
}

function isLasting(error: unknown, name: string): boolean {
  const status = (error as Partial<ECRServiceException>).$metadata?.httpStatusCode;
  return status !== undefined && status >= 400 && status < 500 && status !== 429 && !/throttl|toomanyrequests|limitexceeded|requestlimit/i.test(name);
}
