import { CommandContext, requestsFor } from './command-context';
import { disagreement } from './lock-against-app';
import { checkImages, Finding } from './locked-images';
import { chosen } from './pin-patterns';
import { count } from '../terminal/describe-pin';
import { FAILURE, SUCCESS } from '../terminal/exit-codes';
import { withProgress } from '../terminal/report';

export interface VerifyOptions {
  /** Whether to compare lock and app only, and ask no registry. */
  readonly offline: boolean;
  /** For which pins a tag that moved is a problem: all, none, or those that patterns mean. */
  readonly strict: boolean | string[];
}

/** Checks that what is locked can be pulled, still is what its tags mean, and is all that the app asks for. */
export async function verify(patterns: string[], { offline, strict }: VerifyOptions, context: CommandContext): Promise<number> {
  const { report, processContext, folder } = context;
  const state = offline ? context.synthesizedState() : context.state();
  const all = [...requestsFor(state).keys()];
  const keys = chosen(all, patterns);
  const strictKeys = new Set(strict === true ? all : strict === false ? [] : chosen(all, strict));

  const inLock = keys.flatMap((key): Finding[] => {
    const message = disagreement(key, state);
    return message === undefined ? [] : [{ key, message }];
  });
  const { broken, moved } = offline
    ? { broken: [], moved: [] }
    : await withProgress(`checking ${count(keys.length, 'image')}…`, processContext.stderr, async () => checkImages(keys, state, context));

  const problems = [...inLock, ...broken, ...moved.filter(({ key }) => strictKeys.has(key))];
  const warnings = moved.filter(({ key }) => !strictKeys.has(key));
  const unused = state.assembly ? keys.filter(key => !state.assembly!.requests.has(key)) : [];
  report.data({ pins: keys.length, problems, warnings, unused });
  warnings.forEach(({ message }) => report.warning(message));
  problems.forEach(({ message }) => report.problem(message));
  if (problems.length > 0) {
    return FAILURE;
  }
  const moves = warnings.length > 0 ? `, the tags of ${warnings.length} mean something else by now` : '';
  report.success(offline ? `${count(keys.length - unused.length, 'pin')} in ${folder} as locked` : `${count(keys.length, 'pin')} can be pulled${moves}`);
  if (unused.length > 0) {
    report.result(`${count(unused.length, 'pin')} of the lock not used in ${folder}, drop what no other context of the app uses with: npx cdk-image-lock prune`);
  }
  return SUCCESS;
}
