import { createHash } from 'crypto';

/**
 * The memory of a custom resource: which properties were resolved to which digest, newest first.
 *
 * CloudFormation keeps the physical id and hands it back with every event, also while it rolls back. The format and
 * what is hashed stay as they are in all releases: ids from earlier ones have to be understood.
 */
export interface ResolvedPin {
  readonly question: string;
  readonly digestHex: string;
}

/** CloudFormation takes 1,024 bytes for a physical id. Several failed deployments may lie between two that succeed. */
const REMEMBERED = 10;

const PIN = /^([0-9a-f]{16}):([0-9a-f]{64})$/;

/** The properties that decide about the digest, as a short hash. */
export function questionOf({ RepositoryArn, Tag, Platform, RequirePlatforms, RefreshToken }: Record<string, unknown>): string {
  const question = JSON.stringify({ RepositoryArn, Tag, Platform, RequirePlatforms, RefreshToken });
  return createHash('sha256').update(question).digest('hex').slice(0, 16);
}

/** Reads a physical id, newest pin first; an id that is not ours has no pins. */
export function readPhysicalId(physicalId: string): ResolvedPin[] {
  const pins = physicalId.split(',').map(part => PIN.exec(part));
  return pins.flatMap(match => match ? [{ question: match[1], digestHex: match[2] }] : []);
}

/** Writes the newest pin, and those before it. */
export function writePhysicalId(newest: ResolvedPin, known: ResolvedPin[]): string {
  const pins = [newest, ...known.filter(({ question }) => question !== newest.question)];
  return pins.slice(0, REMEMBERED).map(({ question, digestHex }) => `${question}:${digestHex}`).join(',');
}
