/** Prefixes of repository names, as templates and pull-through caches have them: whole parts of a name, so `team-a` is for `team-a/api`, and not for `team-a`. */

const PREFIX = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** How many characters a prefix may have. */
export interface PrefixLengths {
  readonly shortest: number;
  readonly longest: number;
}

/** A slash at the end means nothing to ECR. */
export function normalPrefix(prefix: string): string {
  return typeof prefix === 'string' ? prefix.replace(/\/$/, '') : prefix;
}

export function normalPrefixes(prefixes?: string[]): string[] | undefined {
  return Array.isArray(prefixes) ? prefixes.map(normalPrefix) : prefixes;
}

/** What is wrong with a prefix, or `undefined` when nothing is. */
export function prefixProblem(prefix: unknown, { shortest, longest }: PrefixLengths): string | undefined {
  if (typeof prefix !== 'string') {
    return 'expected text';
  }
  if (prefix.length < shortest || prefix.length > longest) {
    return `it has ${prefix.length} characters; ECR takes ${shortest} to ${longest}`;
  }
  return PREFIX.test(prefix) ? undefined
    : "expected lower-case letters and digits, with '.', '_', '__' or '-' between them, in parts divided by '/', such as 'team-a' or 'team-a/web'";
}

/** Whether all that has a prefix has another one as well. */
export function isBelow(prefix: string, other: string): boolean {
  return `${prefix}/`.startsWith(`${other}/`);
}
