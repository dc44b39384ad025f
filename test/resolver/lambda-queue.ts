/** A function whose events come by the queue of AWS Lambda. Times in seconds. */
export interface QueuedFunction {
  readonly concurrency: number;
  /** That an event takes, once it is worked on. */
  readonly duration: number;
  /** That the first event of each concurrent execution takes more. */
  readonly coldStart: number;
  readonly random: () => number;
}

/**
 * When each of many events that are sent at once is done.
 *
 * An event that finds no free execution is tried again: after a second, and after twice as long each time, up to five minutes, as
 * [AWS Lambda does it](https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). No document says how these times
 * are spread; here each is between half and all of it.
 */
export function timesOfEvents(events: number, { concurrency, duration, coldStart, random }: QueuedFunction): number[] {
  const freeAt = new Array<number>(concurrency).fill(0);
  const warm = new Set<number>();
  const open = Array.from({ length: events }, () => ({ time: 0, delay: 1 }));
  const done: number[] = [];
  while (open.length > 0) {
    const next = open.reduce((first, event) => event.time < first.time ? event : first);
    const execution = freeAt.findIndex(time => time <= next.time);
    if (execution < 0) {
      next.time += next.delay * (0.5 + random() / 2);
      next.delay = Math.min(2 * next.delay, 300);
    } else {
      freeAt[execution] = next.time + duration + (warm.has(execution) ? 0 : coldStart);
      warm.add(execution);
      done.push(freeAt[execution]);
      open.splice(open.indexOf(next), 1);
    }
  }
  return done.sort((a, b) => a - b);
}
