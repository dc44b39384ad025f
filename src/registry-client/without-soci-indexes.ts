import { provesSociIndex, RunnableImage } from './image-index';
import { ResolutionError } from './resolution-error';

/**
 * The images without those that are SOCI indexes by their own manifests as well: by what the index says of it alone, anything could be one.
 *
 * @param manifestOf asks for a manifest by its digest
 * @param name stands for the index in messages
 */
export async function withoutSociIndexes(
  images: RunnableImage[], manifestOf: (digest: string) => Promise<string>, name: string,
): Promise<RunnableImage[]> {
  const proven = await Promise.all(images.map(async ({ digest, isSociIndex }) => isSociIndex && provesSociIndex(await manifestOf(digest), digest)));
  const others = images.filter((_, index) => !proven[index]);
  if (others.length === 0) {
    throw new ResolutionError('unreadable-image', `the index of ${name} holds no image`);
  }
  return others;
}
