import { BatchGetImageCommand, BatchGetImageResponse, ECRClient, Image, ImageIdentifier, PutImageCommand } from '@aws-sdk/client-ecr';
import { withDeadline } from './deadline';
import { EcrFailures } from './ecr-failures';
import { LONGEST_ANSWER } from './ecr-image-calls';
import { digestOf } from './manifest-digest';
import { MEDIA_TYPES } from './manifest-type';
import { ResolutionError } from './resolution-error';
import { EcrRepositoryName } from '../names/repository-name';

const GET = 'ecr:BatchGetImage';
const PUT = 'ecr:PutImage';

/** What ECR says when the tag is there already: on this image, or in an immutable repository on any. */
const TAKEN = ['ImageAlreadyExistsException', 'ImageTagAlreadyExistsException'];

/** Makes a call until it succeeds, or fails in a way that time does not mend. */
type Ask = <T>(call: () => Promise<T>) => Promise<T>;

/** Puts tags on images of one repository of Amazon ECR that are there already. Each call is repeated by itself: none is lost to the trouble of the next. */
export class EcrTagging {
  private readonly failures: EcrFailures;
  private readonly repository: { registryId: string; repositoryName: string };

  constructor(private readonly client: ECRClient, name: EcrRepositoryName, private readonly ask: Ask) {
    this.failures = new EcrFailures(name);
    this.repository = { registryId: name.account, repositoryName: name.repositoryName };
  }

  /** Puts a tag on the image with a digest. One that is there already is a success. Failures are `ResolutionError`s. */
  public async tag(digest: string, tag: string): Promise<void> {
    const image = await this.ask(() => this.image(digest));
    await this.ask(() => this.put(image, digest, tag));
  }

  private async put({ imageManifest, imageManifestMediaType }: Image, digest: string, tag: string): Promise<void> {
    let tagged: string | undefined;
    try {
      const { image } = await withDeadline(LONGEST_ANSWER, abortSignal => this.client.send(
        new PutImageCommand({ ...this.repository, imageManifest, imageManifestMediaType, imageTag: tag, imageDigest: digest }), { abortSignal }));
      tagged = image?.imageId?.imageDigest;
    } catch (error) {
      if (!TAKEN.includes((error as Error).name)) {
        throw this.failures.explain(error, digest, PUT);
      }
      await this.checkTag(digest, tag);
      return;
    }
    if (tagged !== digest) {
      throw this.failures.malformedAnswer(digest, PUT, 'something about another image');
    }
  }

  private async image(digest: string): Promise<Image> {
    const { images = [], failures = [] } = await this.get({ imageDigest: digest }, digest);
    const image = images.find(({ imageId }) => imageId?.imageDigest === digest);
    if (image?.imageManifest === undefined) {
      const [{ failureCode = 'no manifest', failureReason = 'none came back' } = {}] = failures;
      throw failureCode === 'ImageNotFound' ? this.failures.missing(digest) : this.failures.unreadable(digest, digest, `${failureCode}: ${failureReason}`);
    }
    const actual = digestOf(image.imageManifest);
    if (actual !== digest) {
      throw this.failures.wrongContent(digest, digest, actual);
    }
    return image;
  }

  /** Where tags cannot be moved, somebody else may have put this one on something else before. */
  private async checkTag(digest: string, tag: string): Promise<void> {
    const { images = [] } = await this.ask(() => this.get({ imageTag: tag }, tag));
    const [tagged] = images.map(({ imageId }) => imageId?.imageDigest);
    if (tagged === undefined) {
      throw this.failures.changed(tag, GET);
    }
    if (tagged !== digest) {
      throw new ResolutionError('refused', `${this.failures.describe(tag)} is another image, ${tagged}, and the tag cannot be moved to ${digest}`);
    }
  }

  private async get(image: ImageIdentifier, name: string): Promise<BatchGetImageResponse> {
    try {
      return await withDeadline(LONGEST_ANSWER, abortSignal => this.client.send(
        new BatchGetImageCommand({ ...this.repository, imageIds: [image], acceptedMediaTypes: MEDIA_TYPES }), { abortSignal }));
    } catch (error) {
      throw this.failures.explain(error, name, GET);
    }
  }
}
