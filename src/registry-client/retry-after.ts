/** What a `Retry-After` header asks for, in seconds or as a date, as milliseconds from now. */
export function readRetryAfter(value = ''): number | undefined {
  if (/^[0-9]{1,6}$/.test(value)) {
    return 1_000 * Number(value);
  }
  const time = value.endsWith(' GMT') ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - Date.now());
}
