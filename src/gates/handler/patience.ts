import { GateContext } from './gate';
import { LONGEST_TROUBLE, TROUBLE } from '../../custom-resource/handler/ecr-client';
import { retry } from '../../registry-client/retry';

const FIRST_DELAY = 2_000;
const LONGEST_DELAY = 15_000;

/** How long one judgement waits, for all that it asks. Times in milliseconds. */
export class Patience {
  /** When what ECR does not know yet is not waited for any longer. */
  public readonly end: number;
  /** When nothing is. */
  public readonly lastEnd: number;
  private readonly start: number;
  private delay = FIRST_DELAY;

  constructor(waitSeconds: number, private readonly context: GateContext) {
    this.start = context.now();
    this.lastEnd = Math.min(context.deadline, this.start + 1_000 * waitSeconds + LONGEST_TROUBLE);
    this.end = Math.min(this.lastEnd, this.start + 1_000 * waitSeconds);
  }

  public get secondsGone(): number {
    return Math.round((this.context.now() - this.start) / 1_000);
  }

  /** Asks until there is an answer, or a failure that time does not mend. */
  public ask<T>(attempt: () => Promise<T>): Promise<T> {
    const { now, sleep } = this.context;
    return retry(attempt, {
      limits: TROUBLE,
      deadline: this.lastEnd,
      now,
      sleep,
    });
  }

  /** When to ask again for what ECR does not know yet: later and later, and at the end once more. */
  public next(): number {
    const delay = this.delay;
    this.delay = Math.min(2 * delay, LONGEST_DELAY);
    // Full delays would let many gates that began together come back together.
    return Math.min(this.end, this.context.now() + delay * (0.5 + Math.random() / 2));
  }

  public async sleepUntil(time: number): Promise<void> {
    await this.context.sleep(Math.max(0, Math.min(time, this.lastEnd) - this.context.now()));
  }
}
