import { quote, withoutControls } from '../../registry-client/quote';
import { redact } from '../../registry-client/redact';

/** More than any message of ours has, what it quotes included. */
const LONGEST_REASON = 4_000;

/** What went wrong in one line, without credentials. */
export function reasonOf(error: unknown): string {
  const { message, name } = Object(error) as Partial<Error>;
  return quote((message || name || String(error)).replace(/AWS SDK error wrapper for (Error: )?/g, ''), LONGEST_REASON);
}

/** Where an error comes from, for those who debug. */
export function stackOf(error: unknown): string {
  return redact(String((error as Error).stack)).split('\n').map(withoutControls).join('\n');
}
