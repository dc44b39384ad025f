import { redact } from './redact';

const LONGEST_QUOTE = 1_000;

/** Text from elsewhere as a part of a message: one line, without credentials and without what a terminal would act on, and not too long. */
export function quote(text: string, longest = LONGEST_QUOTE): string {
  // Half a secret would not be found any more.
  const line = oneLine(redact(text));
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** Text that may come from elsewhere, without what a terminal would act on: controls, and characters that reorder others. */
export function oneLine(text: string): string {
  return withoutControls(text.replace(/\s+/g, ' ')).trim();
}

export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '');
}
