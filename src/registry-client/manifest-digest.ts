import { createHash } from 'crypto';

/** The digest of a manifest, by its content. */
export function digestOf(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
