/** How many characters a value has as JSON, without those that CloudFormation fills in. */
export function knownLength(resolved: unknown): number {
  return resolved === undefined ? 0 : JSON.stringify(resolved, (_, value) => isIntrinsic(value) ? literalPart(value) : value).length;
}

function isIntrinsic(value: unknown): value is Record<string, unknown> {
  const [key, ...others] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return others.length === 0 && (key === 'Ref' || (key?.startsWith('Fn::') ?? false));
}

/** Of `Fn::Join` what is known of its parts; of anything else nothing is known. */
function literalPart(intrinsic: Record<string, unknown>): string {
  const [separator, parts] = [intrinsic['Fn::Join'] ?? []].flat();
  return Array.isArray(parts)
    ? parts.map(part => typeof part === 'string' ? part : isIntrinsic(part) ? literalPart(part) : '').join(`${separator}`)
    : '';
}
