import { createHash } from 'crypto';

/**
 * The memory of a custom resource with a list of images: hashes of what it has done, newest first.
 *
 * CloudFormation keeps the physical id and hands it back with every event, also while it rolls back. The format and
 * what is hashed stay as they are in all releases: ids from earlier ones have to be understood.
 */

/** CloudFormation takes 1,024 bytes for a physical id. */
const REMEMBERED = 40;

/** 128 bits. */
const HASH = /^[A-Za-z0-9_-]{22}$/;

/** A short hash of an image and of what decides about it. */
export function imageHash(values: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 22);
}

/** Reads a physical id; one that is not ours remembers nothing. */
export function readMemory(physicalId: string): string[] {
  return physicalId.split(',').filter(part => HASH.test(part));
}

/** Writes the newest hashes, each once. */
export function writeMemory(hashes: string[]): string {
  return [...new Set(hashes)].slice(0, REMEMBERED).join(',');
}
