import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, ECRServiceException, ImageDetail } from '@aws-sdk/client-ecr';
import { MEDIA_TYPES } from './image-index';
import { Registry } from './registry';
import { ResolutionError } from './resolution-error';

/** A repository of a private ECR registry. */
export interface EcrRepositoryName {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
}

const DENIED = ['AccessDeniedException', 'AccessDenied', 'UnauthorizedException'];
const INVALID = ['InvalidParameterException', 'ValidationException'];

/** Looks up digests in one repository of Amazon ECR. */
export class EcrRegistry implements Registry {
  constructor(private readonly client: ECRClient, private readonly name: EcrRepositoryName) {}

  public describe(tag: string): string {
    return `'${this.name.repositoryName}:${tag}' (account ${this.name.account}, Region ${this.name.region})`;
  }

  public async digestOf(tag: string): Promise<string> {
    const image = await this.imageDetail(tag);
    if (image.imageStatus === 'ARCHIVED' || image.imageStatus === 'ACTIVATING') {
      throw this.archived(tag);
    }
    return image.imageDigest!;
  }

  public async manifest(imageDigest: string, tag: string): Promise<string> {
    const { images, failures } = await this.call(tag, 'ecr:BatchGetImage', () => this.client.send(
      new BatchGetImageCommand({ ...this.repository(), imageIds: [{ imageDigest }], acceptedMediaTypes: MEDIA_TYPES }),
    ));
    const manifest = images?.[0]?.imageManifest;
    if (!manifest) {
      const reason = failures?.map(({ failureCode, failureReason }) => `${failureCode}: ${failureReason}`).join(', ') || 'no manifest came back';
      throw new ResolutionError('final', `${this.describe(tag)} cannot be read (${imageDigest}, ${reason}); push the image again`);
    }
    return manifest;
  }

  private async imageDetail(tag: string): Promise<ImageDetail> {
    const command = { ...this.repository(), imageIds: [{ imageTag: tag }] };
    try {
      const { imageDetails } = await this.call(tag, 'ecr:DescribeImages', () => this.client.send(new DescribeImagesCommand(command)));
      if (imageDetails?.[0]?.imageDigest) {
        return imageDetails[0];
      }
      throw this.missing(tag);
    } catch (error) {
      if (error instanceof ResolutionError && error.kind === 'missing' && await this.isArchived(command)) {
        throw this.archived(tag);
      }
      throw error;
    }
  }

  /** Images outside the standard storage class are left out unless asked for. A registry that does not know the filter has none. */
  private async isArchived(command: { registryId: string; repositoryName: string; imageIds: { imageTag: string }[] }): Promise<boolean> {
    try {
      const { imageDetails } = await this.client.send(new DescribeImagesCommand({ ...command, filter: { imageStatus: 'ANY' } }));
      return imageDetails?.[0]?.imageStatus === 'ARCHIVED' || imageDetails?.[0]?.imageStatus === 'ACTIVATING';
    } catch {
      return false;
    }
  }

  private async call<T>(tag: string, action: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw this.explain(error, tag, action);
    }
  }

  private explain(error: unknown, tag: string, action: string): ResolutionError {
    const { name, message } = error as Error;
    const image = this.describe(tag);
    if (name === 'ImageNotFoundException') {
      return this.missing(tag);
    }
    if (name === 'RepositoryNotFoundException') {
      return new ResolutionError('final',
        `the repository of ${image} does not exist; create it first, or correct its name, account and Region`);
    }
    if (DENIED.includes(name)) {
      return new ResolutionError('denied',
        `${action} for ${image} is denied (${message}); allow it for that role in the repository's policy, see: ${this.command('get-repository-policy')}`);
    }
    if (INVALID.includes(name)) {
      return new ResolutionError('final', `ECR does not take the request for ${image} (${name}: ${message}); correct tag and repository`);
    }
    const status = error instanceof ECRServiceException ? error.$metadata.httpStatusCode : undefined;
    return new ResolutionError(status && status >= 400 && status < 500 && status !== 429 && !isThrottling(name) ? 'final' : 'busy',
      `${action} for ${image} failed (${name}: ${message}); deploy again, and when it stays see: ${this.command('describe-images', `--image-ids imageTag=${tag}`)}`);
  }

  private missing(tag: string): ResolutionError {
    return new ResolutionError('missing',
      `${this.describe(tag)} does not exist; push it before the deployment, or set waitForImage to wait for it, see: ${this.command('list-images')}`);
  }

  private archived(tag: string): ResolutionError {
    const restore = this.command('update-image-storage-class', `--image-id imageTag=${tag} --target-storage-class STANDARD`);
    return new ResolutionError('final', `${this.describe(tag)} is archived and cannot be pulled; restore it with: ${restore}`);
  }

  private command(name: string, more = ''): string {
    const { account, region, repositoryName } = this.name;
    return `aws ecr ${name} --registry-id ${account} --region ${region} --repository-name ${repositoryName} ${more}`.trimEnd();
  }

  private repository() {
    return { registryId: this.name.account, repositoryName: this.name.repositoryName };
  }
}

function isThrottling(name: string): boolean {
  return /throttl|toomanyrequests|limitexceeded|requestlimit/i.test(name);
}
