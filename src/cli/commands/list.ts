import { CommandContext } from './command-context';
import { parseLockKey } from '../../lock/lock-key';
import { count, describePin } from '../terminal/describe-pin';
import { FAILURE, SUCCESS } from '../terminal/exit-codes';

const UNITS: [name: string, seconds: number][] = [
  ['year', 365 * 86_400], ['month', 30 * 86_400], ['day', 86_400], ['hour', 3_600], ['minute', 60],
];

/** Shows every pin of the lock. */
export function list(context: CommandContext): number {
  const lock = context.lock();
  const { entries, problems } = lock.exists ? lock : context.state().lock;
  const pins = [...entries].map(([key, entry]) => {
    const { repository, tag, platform } = parseLockKey(key)!;
    const { repositoryName: name, ...place } = repository;
    return { key, ...place, repository: name, tag, platform, ...entry };
  });
  context.report.data({ pins, problems: [...problems].map(([key, problem]) => ({ key, problem })) });

  if (pins.length > 0) {
    const rows = pins.map(pin => [
      'account' in pin ? `${pin.account}/${pin.region}` : pin.host,
      `${pin.repository}:${pin.tag}`,
      pin.platform ?? '-',
      age(pin.pushedAt, context.processContext.now()),
      pin.digest,
    ]);
    context.report.table(['REGISTRY', 'IMAGE', 'PLATFORM', 'AGE', 'DIGEST'], rows);
  } else if (problems.size === 0) {
    context.report.result(`no image is pinned in ${context.file}`);
  }
  problems.forEach((problem, key) => context.report.problem(`${context.file}: ${describePin(key)} cannot be used: ${problem}`));
  return problems.size > 0 ? FAILURE : SUCCESS;
}

function age(pushedAt: string | undefined, now: number): string {
  const seconds = (now - Date.parse(pushedAt ?? '')) / 1_000;
  if (Number.isNaN(seconds)) {
    return '-';
  }
  const [name, size] = UNITS.find(([, unit]) => seconds >= unit) ?? ['minute', 60];
  return count(Math.max(0, Math.floor(seconds / size)), name);
}
