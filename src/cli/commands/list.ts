import { CommandContext, LockState } from './command-context';
import { parseLockKey } from '../../lock/lock-key';
import { age } from '../terminal/age';
import { describePin, registryName } from '../terminal/describe-pin';
import { FAILURE, SUCCESS } from '../terminal/exit-codes';

const MISSING = 'not in the lock';

/** Shows every pin of the lock, and those that the synthesized app asks for beyond it. */
export function list(context: CommandContext): number {
  const { file, report, processContext } = context;
  const state = context.state();
  const { entries, problems } = state.lock;
  const pins = [...entries].map(([key, entry]) => ({ ...identity(key), ...entry }));
  const missing = missingKeys(state).map(identity);
  report.data({ pins, missing, problems: [...problems].map(([key, message]) => ({ key, message })) });

  const row = ({ key, repository, tag, platform }: ReturnType<typeof identity>, pushedAt: string | undefined, digest: string) =>
    [registryName(key), `${repository}:${tag}`, platform ?? '-', age(pushedAt, processContext.now()), digest];
  const rows = [...pins.map(pin => row(pin, pin.pushedAt, pin.digest)), ...missing.map(pin => row(pin, undefined, MISSING))];
  if (rows.length > 0) {
    report.table(['REGISTRY', 'IMAGE', 'PLATFORM', 'AGE', 'DIGEST'], rows);
  } else if (problems.size === 0) {
    report.result(`no image is pinned in ${file}`);
  }
  problems.forEach((problem, key) => report.problem(`${file}: ${describePin(key)} cannot be used: ${problem}`));
  return problems.size > 0 ? FAILURE : SUCCESS;
}

function identity(key: string) {
  const { repository: { repositoryName, ...place }, tag, platform } = parseLockKey(key)!;
  return { key, ...place, repository: repositoryName, tag, platform };
}

function missingKeys({ lock, assembly }: LockState): string[] {
  return [...assembly?.requests.keys() ?? []].filter(key => !lock.entries.has(key) && !lock.problems.has(key));
}
