import { FixedDigest } from './fixed-digest';
import { LockedTag } from './locked-tag';
import { PinSource } from './pin-source';
import { wantedPlatforms } from './wanted-platforms';
import { ImageReference } from '../../names/image-reference';
import { ImagePinOptions } from '../pin-options';

/** The source of an image of any registry: the digest of its reference, or that which the lock has for its tag. `fail` makes the error when that cannot be. */
export function referencedImage(reference: ImageReference, options: ImagePinOptions, fail: (problem: string) => Error): PinSource {
  const { host, repositoryName, tag, digest } = reference;
  const { platform, requirePlatforms } = wantedPlatforms(options, fail);
  if (digest && (platform || requirePlatforms.length > 0)) {
    throw fail('it has a digest, which is not looked up, so its platforms cannot be checked; leave out the digest, or the platforms');
  }
  return digest ? new FixedDigest(digest) : new LockedTag({ repository: { host, repositoryName }, tag, platform }, requirePlatforms);
}
