import { LockState } from './command-context';
import { Finding } from './finding';
import { overriddenPin } from './overridden-pin';
import { holdsPlatform } from '../../names/platform';
import { describePin, quoted } from '../terminal/describe-pin';

/** What the lock lacks of a pin, or the app did not take from it; `undefined` when both agree. */
export function disagreement(key: string, state: LockState): Finding | undefined {
  const { lock, assembly } = state;
  const repair = `npx cdk-image-lock update ${quoted(key)}`;
  const problem = lock.problems.get(key);
  if (problem) {
    return { key, kind: 'unusable', message: `${describePin(key)} cannot be used: ${problem}` };
  }
  const entry = lock.entries.get(key);
  if (!entry) {
    return { key, kind: 'missing', message: `${describePin(key)} is not in the lock, and the app asks for it; run: ${repair}` };
  }
  const lacking = (assembly?.requests.get(key)?.requirePlatforms ?? []).filter(wanted => !holdsPlatform(entry.platforms ?? [], wanted));
  if (lacking.length > 0) {
    const message = `${describePin(key)} is locked without the required platform ${lacking.join(', ')}; run: ${repair}`;
    return { key, kind: 'lacking-platform', message, locked: entry.digest };
  }
  return overriddenPin(key, state) ?? waitingPin(key, entry.digest, state);
}

/** The lock may have got a pin after the app was synthesized. */
function waitingPin(key: string, locked: string, { assembly }: LockState): Finding | undefined {
  const waiting = assembly?.uses.get(key)?.find(({ digest }) => digest === undefined);
  return waiting && {
    key, kind: 'not-synthesized', message: `${describePin(key)} was not in the lock when '${waiting.path}' was synthesized; run cdk synth again`, locked,
  };
}
