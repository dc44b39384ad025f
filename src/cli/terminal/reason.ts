import { printable } from './printable';
import { redact } from '../../registry-client/redact';

/** What went wrong in one line, without credentials. */
export function reasonOf(error: unknown): string {
  const { message, name } = Object(error) as Partial<Error>;
  return oneLine(redact(message || name || String(error)).replace(/AWS SDK error wrapper for (Error: )?/g, ''));
}

/** Where an error comes from, for those who debug. */
export function stackOf(error: unknown): string {
  return redact(String((error as Error).stack)).split('\n').map(printable).join('\n');
}

/** Text that may come from elsewhere, without what a terminal would act on. */
export function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ')).trim();
}
