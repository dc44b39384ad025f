import { LockState } from './command-context';
import { describePin, shortDigest } from '../terminal/describe-pin';

/** What is wrong when the app was synthesized with another digest than the lock has, or `undefined` when it was not. */
export function overriddenPin(key: string, { lock, assembly }: LockState): string | undefined {
  const locked = lock.entries.get(key)?.digest;
  const used = assembly?.uses.get(key)?.find(({ digest }) => digest !== undefined && digest !== locked)?.digest;
  return used === undefined || locked === undefined ? undefined
    : `${describePin(key)} was synthesized with ${shortDigest(used)}, not with ${shortDigest(locked)} as locked; run cdk synth again, `
      + 'and when it stays, take its key out of the context in cdk.json, in ~/.cdk.json and on the command line, which come before the lock';
}
