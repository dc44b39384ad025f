import { BatchGetImageCommand, ECRClient, ImageAlreadyExistsException, ImageTagAlreadyExistsException, PutImageCommand } from '@aws-sdk/client-ecr';
import { AwsClientStub } from 'aws-sdk-client-mock';
import { digestOf } from '../../../src/registry-client/manifest-digest';

const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/** One repository, as far as tagging goes, by AWS's documentation. */
export class FakeRepository {
  /** Manifests by digest. */
  public readonly images = new Map<string, string>();
  /** Digests by tag. */
  public readonly tags = new Map<string, string>();
  public isImmutable = true;
  /** What happens before each PutImage. */
  public beforePut?: () => Promise<void>;

  constructor(ecr: AwsClientStub<ECRClient>) {
    ecr.on(BatchGetImageCommand).callsFake(({ imageIds: [{ imageDigest, imageTag }] }) => {
      const digest = imageDigest ?? this.tags.get(imageTag);
      const imageManifest = this.images.get(digest);
      return imageManifest === undefined
        ? { images: [], failures: [{ imageId: { imageDigest, imageTag }, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }] }
        : { images: [{ imageId: { imageDigest: digest, imageTag }, imageManifest, imageManifestMediaType: MEDIA_TYPE }], failures: [] };
    });
    ecr.on(PutImageCommand).callsFake(async ({ imageManifest, imageTag, imageDigest }) => {
      await this.beforePut?.();
      const digest = digestOf(imageManifest);
      expect(imageDigest).toBe(digest);
      const taken = this.tags.get(imageTag);
      if (taken === digest) {
        throw new ImageAlreadyExistsException({ $metadata: {}, message: 'Image with digest and tag already exists' });
      }
      if (taken && this.isImmutable) {
        throw new ImageTagAlreadyExistsException({ $metadata: {}, message: `The image tag '${imageTag}' already exists` });
      }
      this.tags.set(imageTag, digest);
      return { image: { imageId: { imageDigest: digest, imageTag } } };
    });
  }

  public push(content: string, ...tags: string[]): string {
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE, config: {}, layers: [], annotations: { content } });
    const digest = digestOf(manifest);
    this.images.set(digest, manifest);
    tags.forEach(tag => this.tags.set(tag, digest));
    return digest;
  }

  public tagsOf(digest: string): string[] {
    return [...this.tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag);
  }
}
