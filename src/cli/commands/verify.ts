import { CommandContext, requestsFor } from './command-context';
import { disagreement } from './lock-against-app';
import { checkImages } from './locked-images';
import { chosen } from './pin-patterns';
import { count } from '../terminal/describe-pin';
import { FAILURE, SUCCESS } from '../terminal/exit-codes';
import { withProgress } from '../terminal/report';

export interface VerifyOptions {
  /** Whether to compare lock and app only, and ask no registry. */
  readonly offline?: boolean;
  /** For which pins a tag that moved is a problem: all, none, or those that patterns mean. */
  readonly strict?: boolean | string[];
}

/** Checks that what is locked can be pulled, still is what its tags mean, and is all that the app asks for. */
export async function verify(patterns: string[], { offline, strict }: VerifyOptions, context: CommandContext): Promise<number> {
  const { report, processContext, folder } = context;
  const state = offline ? context.synthesizedState() : context.state();
  const keys = chosen([...requestsFor(state).keys()], patterns);
  const strictKeys = new Set(typeof strict === 'object' ? chosen(keys, strict) : strict ? keys : []);

  const inLock = keys.flatMap(key => disagreement(key, state) ?? []);
  const { broken, moved } = offline
    ? { broken: [], moved: [] }
    : await withProgress(`checking ${count(keys.length, 'image')}…`, processContext.stderr, async () =>
      checkImages(keys, state, context.registries(state), processContext));

  const problems = [...inLock, ...broken, ...moved.filter(({ key }) => strictKeys.has(key))];
  const warnings = moved.filter(({ key }) => !strictKeys.has(key));
  const unused = state.assembly ? keys.filter(key => !state.assembly!.requests.has(key)) : [];
  report.data({ app: state.assembly ? folder : null, checked: keys, problems, warnings, unused });
  warnings.forEach(({ message }) => report.warning(message));
  problems.forEach(({ message }) => report.problem(message));
  if (problems.length > 0) {
    const others = warnings.length > 0 ? ` and ${count(warnings.length, 'warning')}` : '';
    report.failure(`${count(problems.length, 'problem')}${others} with ${count(keys.length, 'pin')}`);
    return FAILURE;
  }
  const moves = warnings.length > 0 ? `, the tags of ${warnings.length} mean something else by now` : '';
  report.success(offline ? `${count(keys.length - unused.length, 'pin')} in ${folder} as locked` : `${count(keys.length, 'pin')} can be pulled${moves}`);
  if (!state.assembly) {
    report.result(`${folder} is not there, so no app was compared with the lock`);
  }
  if (unused.length > 0) {
    report.result(`${count(unused.length, 'pin')} of the lock not used in ${folder}, drop what no other context of the app uses with: npx cdk-image-lock prune`);
  }
  return SUCCESS;
}
