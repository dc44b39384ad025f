/** More than eleven days is no delay that anybody means. */
const LONGEST_SECONDS = 999_999;

/** What a `Retry-After` header asks for, in seconds or as a date, as milliseconds from now. */
export function readRetryAfter(value = ''): number | undefined {
  const time = value.endsWith(' GMT') ? Date.parse(value) : NaN;
  const milliseconds = /^[0-9]+$/.test(value) ? 1_000 * Number(value) : Math.max(0, time - Date.now());
  return milliseconds <= 1_000 * LONGEST_SECONDS ? milliseconds : undefined;
}
