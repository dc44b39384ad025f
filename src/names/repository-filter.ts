import { covers } from './tag-pattern';

/** Filters of repositories by name, for scanning and signing: `*` stands for any characters, also none. */

/** Takes the same as the expression of ECR's API, in time that does not grow exponentially. */
const FILTER = /^[a-z0-9*]+(?:[._\-/][a-z0-9*]+)*$/;
const MAX_LENGTH = 255;

/** What is wrong with a filter, or `undefined` when nothing is. */
export function filterProblem(filter: unknown): string | undefined {
  if (typeof filter !== 'string' || !FILTER.test(filter)) {
    return "expected lower-case letters, digits and '*', with single '.', '_', '-' and '/' between them, such as 'prod/*'";
  }
  if (filter.length > MAX_LENGTH) {
    return `it has ${filter.length} characters; ECR takes at most ${MAX_LENGTH}`;
  }
  return filter.includes('*') ? undefined
    : `it has no '*'; write '${filter}/*' for what is below it, or '*${filter}*' for every name that contains it`;
}

/** Which of the filters matches all that another one matches, if any does. */
export function coveringFilter(filters: string[], other: string): string | undefined {
  return filters.find(filter => covers(filter, other));
}
