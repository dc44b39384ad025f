import { isIntrinsic } from '../construct/intrinsic';

/** How many characters a value has as JSON, without those that CloudFormation fills in. */
export function knownLength(resolved: unknown): number {
  return resolved === undefined ? 0 : JSON.stringify(resolved, (_, value) => isIntrinsic(value) ? literalPart(value) : value).length;
}

/** Of `Fn::Join` what is known of its parts; of anything else nothing is known. */
function literalPart(intrinsic: Readonly<Record<string, unknown>>): string {
  const [separator, parts] = [intrinsic['Fn::Join'] ?? []].flat();
  return Array.isArray(parts)
    ? parts.map(part => typeof part === 'string' ? part : isIntrinsic(part) ? literalPart(part) : '').join(`${separator}`)
    : '';
}
