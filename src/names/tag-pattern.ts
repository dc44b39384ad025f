/** Tag patterns as ECR reads them: `*` stands for any characters, also none. */

/**
 * Whether every tag that `other` matches is matched by `pattern` too; `other` may be a plain tag.
 *
 * A `*` in `other` is one more character here, which only a `*` in `pattern` can stand for.
 */
export function covers(pattern: string, other: string): boolean {
  const expression = pattern
    .split(/\*+/)
    .map(literal => literal.replace(/[.\\+?^${}()|[\]]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`).test(other);
}

/** How many wildcards a pattern has. */
export function wildcards(pattern: string): number {
  return pattern.split('*').length - 1;
}

/** Why no tag can match a pattern, or `undefined` when one can. */
export function unmatchable(pattern: string): string | undefined {
  if (!/^[0-9A-Za-z._*-]+$/.test(pattern)) {
    return "expected letters, digits, '_', '.', '-' and '*'";
  }
  if (/^[.-]/.test(pattern)) {
    return "no tag starts with '.' or '-'";
  }
  if (pattern.replaceAll('*', '').length > 128) {
    return 'no tag is longer than 128 characters';
  }
  return undefined;
}
