/** Tag patterns as ECR reads them: `*` stands for any characters, also none. */

/**
 * Whether every tag that `other` matches is matched by `pattern` too; `other` may be a plain tag.
 *
 * A `*` in `other` is one more character here, which only a `*` in `pattern` can stand for.
 */
export function covers(pattern: string, other: string): boolean {
  const [first, ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) {
    return other === pattern;
  }
  // Each literal at its first place: a regular expression would try all of them, in time that grows exponentially with the wildcards.
  let end = first.length;
  for (const literal of rest) {
    const start = other.indexOf(literal, end);
    if (start < 0) {
      return false;
    }
    end = start + literal.length;
  }
  return other.startsWith(first) && other.endsWith(last) && end + last.length <= other.length;
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
