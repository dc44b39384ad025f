import { Clock } from './surroundings';
import { withPatience } from '../registry/patience';
import { ResolutionError } from '../registry/resolution-error';

const REGISTRY_BUSY = 60_000;

/** A machine without network stays so for longer than anybody waits. */
const NO_WAY_TO_IT = 2_000;

/**
 * Asks again for what a busy registry did not answer. Everything else is final: a person waits, and can run the command
 * again.
 */
export async function askPatiently<Q, A>(
  questions: Q[], ask: (open: Q[]) => Promise<(A | ResolutionError)[]>, clock: Clock,
): Promise<(A | ResolutionError)[]> {
  const answers = new Array<A | ResolutionError>(questions.length);
  let open = questions.map((_, index) => index);
  const attempt = async () => {
    const outcomes = await ask(open.map(index => questions[index]));
    open.forEach((index, position) => answers[index] = outcomes[position]);
    open = open.filter(index => mayPass(answers[index]));
    if (open.length > 0) {
      throw answers[open[0]];
    }
  };
  const limits = { missing: 0, denied: 0, busy: REGISTRY_BUSY, unreachable: NO_WAY_TO_IT, final: 0 };
  try {
    await withPatience(attempt, { ...clock, limits, deadline: clock.now() + REGISTRY_BUSY });
  } catch (error) {
    if (!answers.some(answer => answer === error)) {
      throw error;
    }
  }
  return answers;
}

/** Whether what went wrong is a matter of time. */
export function mayPass(answer: unknown): boolean {
  return answer instanceof ResolutionError && (answer.kind === 'busy' || answer.kind === 'unreachable');
}
