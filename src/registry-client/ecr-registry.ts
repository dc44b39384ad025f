import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, ImageDetail, ImageFailure } from '@aws-sdk/client-ecr';
import { withDeadline } from './deadline';
import { EcrFailures, isImageNotFound } from './ecr-failures';
import { LONGEST_ANSWER } from './ecr-image-calls';
import { digestOf } from './manifest-digest';
import { MEDIA_TYPES } from './manifest-type';
import { Registry, TaggedImage } from './registry';
import { outcomeOf, ResolutionError } from './resolution-error';
import { digestProblem } from '../names/image-grammar';
import { EcrRepositoryName } from '../names/repository-name';

const IMAGES_PER_CALL = 100;

const DESCRIBE = 'ecr:DescribeImages';
const GET = 'ecr:BatchGetImage';

/** Looks up digests in one repository of Amazon ECR. */
export class EcrRegistry implements Registry {
  private readonly failures: EcrFailures;
  private readonly repository: { registryId: string; repositoryName: string };

  constructor(private readonly client: ECRClient, { account, region, repositoryName }: EcrRepositoryName) {
    this.failures = new EcrFailures({ account, region, repositoryName });
    this.repository = { registryId: account, repositoryName };
  }

  public describe(tag: string): string {
    return this.failures.describe(tag);
  }

  public async image(tag: string): Promise<TaggedImage> {
    try {
      const detail = (await this.details([tag])).find(({ imageTags = [tag] }) => imageTags.includes(tag));
      if (detail?.imageDigest) {
        return this.usable(detail, tag);
      }
    } catch (error) {
      if (!isImageNotFound(error)) {
        throw error instanceof ResolutionError ? error : this.failures.explain(error, tag, DESCRIBE);
      }
    }
    throw await this.isArchived(tag) ? this.failures.archived(tag) : this.failures.missing(tag);
  }

  /** What many tags name, with as few calls as possible. A tag that fails does so alone, a call for all of its tags. */
  public async images(tags: string[]): Promise<Map<string, TaggedImage | ResolutionError>> {
    const images = new Map<string, TaggedImage | ResolutionError>();
    for (const batch of batchesOf([...new Set(tags)])) {
      await this.addImages(batch, images);
    }
    return images;
  }

  public async manifest(digest: string, tag: string): Promise<string> {
    const manifest = (await this.manifests([{ digest, tag }])).get(digest)!;
    if (manifest instanceof ResolutionError) {
      throw manifest;
    }
    return manifest;
  }

  /** The manifests with many digests, with as few calls as possible. */
  public async manifests(images: { readonly digest: string; readonly tag: string }[]): Promise<Map<string, string | ResolutionError>> {
    const manifests = new Map<string, string | ResolutionError>();
    for (const batch of batchesOf([...new Map(images.map(({ digest, tag }) => [digest, tag]))])) {
      await this.addManifests(batch, manifests);
    }
    return manifests;
  }

  private async addImages(tags: string[], images: Map<string, TaggedImage | ResolutionError>): Promise<void> {
    if (tags.length === 1) {
      images.set(tags[0], await outcomeOf(() => this.image(tags[0])));
      return;
    }
    try {
      const details = await this.details(tags);
      for (const tag of tags) {
        const detail = details.find(({ imageDigest, imageTags }) => imageDigest && imageTags?.includes(tag));
        images.set(tag, await outcomeOf(() => detail ? this.usable(detail, tag) : this.image(tag)));
      }
    } catch (error) {
      if (isImageNotFound(error)) {
        const middle = Math.ceil(tags.length / 2);
        await this.addImages(tags.slice(0, middle), images);
        await this.addImages(tags.slice(middle), images);
      } else {
        tags.forEach(tag => images.set(tag, this.failures.explain(error, tag, DESCRIBE)));
      }
    }
  }

  private async addManifests(wanted: [digest: string, tag: string][], manifests: Map<string, string | ResolutionError>): Promise<void> {
    try {
      const { images = [], failures = [] } = await withDeadline(LONGEST_ANSWER, abortSignal => this.client.send(new BatchGetImageCommand({
        ...this.repository, imageIds: wanted.map(([imageDigest]) => ({ imageDigest })), acceptedMediaTypes: MEDIA_TYPES,
      }), { abortSignal }));
      for (const [digest, tag] of wanted) {
        const manifest = images.find(({ imageId }) => imageId?.imageDigest === digest)?.imageManifest;
        manifests.set(digest, manifest === undefined
          ? this.failures.unreadable(tag, digest, reasonOf(failures, digest))
          : this.contentProblem(manifest, digest, tag) ?? manifest);
      }
    } catch (error) {
      wanted.forEach(([digest, tag]) => manifests.set(digest, this.failures.explain(error, tag, GET)));
    }
  }

  private contentProblem(manifest: string, digest: string, tag: string): ResolutionError | undefined {
    const actual = digestOf(manifest);
    return actual === digest ? undefined : this.failures.wrongContent(tag, digest, actual);
  }

  private async details(tags: string[], more: { filter?: { imageStatus: 'ANY' } } = {}): Promise<ImageDetail[]> {
    const imageIds = tags.map(imageTag => ({ imageTag }));
    const { imageDetails = [] } = await withDeadline(LONGEST_ANSWER, abortSignal =>
      this.client.send(new DescribeImagesCommand({ ...this.repository, imageIds, ...more }), { abortSignal }));
    return imageDetails;
  }

  private usable(detail: ImageDetail, tag: string): TaggedImage {
    if (isOutOfReach(detail)) {
      throw this.failures.archived(tag);
    }
    if (digestProblem(detail.imageDigest)) {
      throw this.failures.malformed(tag, detail.imageDigest!);
    }
    return { digest: detail.imageDigest!, mediaType: detail.imageManifestMediaType, pushedAt: detail.imagePushedAt?.toISOString() };
  }

  /** Images outside the standard storage class are left out unless asked for. A registry that does not know the filter has none. */
  private async isArchived(tag: string): Promise<boolean> {
    try {
      return (await this.details([tag], { filter: { imageStatus: 'ANY' } })).some(isOutOfReach);
    } catch {
      return false;
    }
  }
}

/** Whether an image is archived, or on its way back, so that it cannot be pulled. */
export function isOutOfReach({ imageStatus }: ImageDetail): boolean {
  return imageStatus === 'ARCHIVED' || imageStatus === 'ACTIVATING';
}

function reasonOf(failures: ImageFailure[], digest: string): string {
  const failure = failures.find(({ imageId }) => imageId?.imageDigest === digest);
  return failure ? `${failure.failureCode}: ${failure.failureReason}` : 'no manifest came back';
}

function batchesOf<T>(items: T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / IMAGES_PER_CALL) }, (_, i) => items.slice(i * IMAGES_PER_CALL, (i + 1) * IMAGES_PER_CALL));
}
