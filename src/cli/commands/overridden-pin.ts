import { LockState } from './command-context';
import { Finding } from './finding';
import { describePin, shortDigest } from '../terminal/describe-pin';

/** The app has the digest of a pin from elsewhere than the lock, or would have; `undefined` when it has not. */
export function overriddenPin(key: string, { lock, assembly, overrides }: LockState): Finding | undefined {
  const locked = lock.entries.get(key)?.digest;
  const used = assembly?.uses.get(key)?.find(({ digest }) => digest !== undefined && digest !== locked)?.digest;
  const finding = { key, kind: 'overridden' as const, locked, current: used };
  if (overrides.has(key)) {
    return { ...finding, message: `${describePin(key)} has a digest in the context of cdk.json, which comes before the lock; take its key out there` };
  }
  return used === undefined || locked === undefined ? undefined : {
    ...finding,
    message: `${describePin(key)} was synthesized with ${shortDigest(used)}, not with ${shortDigest(locked)} as locked; run cdk synth again, `
      + 'and when it stays, take its key out of the context on the command line and in the code, which come before the lock',
  };
}
