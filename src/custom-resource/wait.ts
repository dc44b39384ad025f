import { Duration } from 'aws-cdk-lib';

/** A Lambda function ends after 15 minutes; one is left for the answer. */
const MAX_WAIT = Duration.minutes(14);

/** What is wrong with a time that a function is to wait, or `undefined` when nothing is. */
export function waitProblem(name: string, wait: Duration): string | undefined {
  if (typeof (wait as Partial<Duration> | null)?.isUnresolved !== 'function') {
    return `${name} is '${wait}'; expected a Duration, such as Duration.minutes(10)`;
  }
  if (wait.isUnresolved()) {
    return `${name} must be known at synth, and this one is a token; give a literal duration`;
  }
  const seconds = wait.toSeconds({ integral: false });
  return Number.isSafeInteger(seconds) && seconds <= MAX_WAIT.toSeconds()
    ? undefined
    : `${name} is ${seconds} seconds; expected whole seconds, at most ${MAX_WAIT.toSeconds()} (14 minutes)`;
}
