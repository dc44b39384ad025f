/** The tags of our own: `deployed-` and the first characters of the digest, on images that were deployed. */

export const DEPLOYED_TAG_PREFIX = 'deployed-';

/** How many hexadecimal digits of the digest are in the tag. */
export const DEPLOYED_TAG_DIGITS = 32;

/** The tag of our own for an image, by its digest. */
export function deployedTag(digest: string): string {
  return DEPLOYED_TAG_PREFIX + digest.replace('sha256:', '').slice(0, DEPLOYED_TAG_DIGITS);
}

/** Whether a pattern of tags matches a tag of our own. */
export function matchesDeployedTag(pattern: string): boolean {
  const expected = [...[...DEPLOYED_TAG_PREFIX].map(character => new RegExp(character)), ...Array(DEPLOYED_TAG_DIGITS).fill(/[0-9a-f]/)] as RegExp[];
  // All places in the pattern that can be reached with the characters so far.
  let places = withoutWildcards(pattern, [0]);
  for (const character of expected) {
    places = withoutWildcards(pattern, places.flatMap(place =>
      pattern[place] === '*' ? [place] : pattern[place] !== undefined && character.test(pattern[place]) ? [place + 1] : []));
  }
  return places.includes(pattern.length);
}

/** These places and, as `*` may stand for nothing, those behind it. */
function withoutWildcards(pattern: string, places: number[]): number[] {
  const reached = new Set(places);
  reached.forEach(place => {
    if (pattern[place] === '*') {
      reached.add(place + 1);
    }
  });
  return [...reached];
}
