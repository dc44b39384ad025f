import { count } from './describe-pin';

const UNITS: [name: string, seconds: number][] = [
  ['year', 365 * 86_400], ['month', 30 * 86_400], ['day', 86_400], ['hour', 3_600], ['minute', 60],
];

/** How long ago a time in ISO 8601 was, for people; a dash when there is none. */
export function age(time: string | undefined, now: number): string {
  const seconds = (now - Date.parse(time ?? '')) / 1_000;
  if (Number.isNaN(seconds)) {
    return '-';
  }
  const [name, size] = UNITS.find(([, unit]) => seconds >= unit) ?? ['minute', 60];
  return count(Math.max(0, Math.floor(seconds / size)), name);
}
