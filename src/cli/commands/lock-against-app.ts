import { LockState } from './command-context';
import { overriddenPin } from './overridden-pin';
import { holdsPlatform } from '../../names/platform';
import { describePin, quoted } from '../terminal/describe-pin';

/** What the lock lacks of a pin, or the app did not take from it; `undefined` when both agree. */
export function disagreement(key: string, state: LockState): string | undefined {
  const { lock, assembly } = state;
  const repair = `npx cdk-image-lock update ${quoted(key)}`;
  const problem = lock.problems.get(key);
  if (problem) {
    return `${describePin(key)} cannot be used: ${problem}`;
  }
  const entry = lock.entries.get(key);
  if (!entry) {
    return `${describePin(key)} is not in the lock, and the app asks for it; run: ${repair}`;
  }
  const lacking = (assembly?.requests.get(key)?.requirePlatforms ?? []).filter(wanted => !holdsPlatform(entry.platforms ?? [], wanted));
  return lacking.length > 0
    ? `${describePin(key)} is locked without the required platform ${lacking.join(', ')}; run: ${repair}`
    : overriddenPin(key, state) ?? unusedPin(key, state);
}

/** The lock may have got a pin after the app was synthesized. */
function unusedPin(key: string, { assembly }: LockState): string | undefined {
  const waiting = assembly?.uses.get(key)?.find(({ digest }) => digest === undefined);
  return waiting && `${describePin(key)} was not in the lock when '${waiting.path}' was synthesized; run cdk synth again`;
}
