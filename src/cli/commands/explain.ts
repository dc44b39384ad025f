import { relative } from 'path';
import { CommandContext, LockState } from './command-context';
import { overriddenPin } from './overridden-pin';
import { chosen } from './pin-patterns';
import { PinUse } from '../cdk/assembly';
import { age } from '../terminal/age';
import { describePin, shortDigest } from '../terminal/describe-pin';
import { SUCCESS } from '../terminal/exit-codes';

/** Shows which constructs use a pin, where in the app they come from, and what they were given. */
export function explain(patterns: string[], context: CommandContext): number {
  const { report } = context;
  const state = context.synthesizedState();
  const keys = chosen([...new Set([...state.lock.entries.keys(), ...state.lock.problems.keys(), ...state.assembly.requests.keys()])], patterns);
  report.data({
    pins: keys.map(key => ({ key, locked: state.lock.entries.get(key) ?? null, problem: state.lock.problems.get(key), uses: usesOf(key, state) })),
  });

  keys.forEach(key => explainPin(key, state, context));
  if (keys.some(key => usesOf(key, state).some(({ place }) => place === undefined))) {
    report.result('the files of the app are known after: npx cdk synth --debug');
  }
  return SUCCESS;
}

function explainPin(key: string, state: LockState, { report, processContext, folder }: CommandContext): void {
  const uses = usesOf(key, state);
  report.result(`${describePin(key)}: ${inLock(key, state, processContext.now())}${uses.length > 0 ? '' : `, nothing in ${folder} uses it`}`);
  if (uses.length > 0) {
    report.table(['CONSTRUCT', 'PINNED', 'FILE'], uses.map(({ path, digest, place }) =>
      [path, digest ? shortDigest(digest) : '-', place ? shortened(place, processContext.cwd) : '-']));
  }
  const overridden = overriddenPin(key, state);
  if (overridden) {
    report.warning(overridden.message);
  }
}

function inLock(key: string, { lock }: LockState, now: number): string {
  const entry = lock.entries.get(key);
  const problem = lock.problems.get(key);
  if (!entry) {
    return problem ? `cannot be used: ${problem}` : 'not in the lock';
  }
  return `locked as ${shortDigest(entry.digest)}${entry.pushedAt ? `, pushed ${age(entry.pushedAt, now)} ago` : ''}`;
}

function usesOf(key: string, { assembly }: LockState): PinUse[] {
  return assembly?.uses.get(key) ?? [];
}

/** A path as people in the folder of the app write it. */
function shortened(place: string, cwd: string): string {
  const path = relative(cwd, place);
  return path.startsWith('..') ? place : path;
}
