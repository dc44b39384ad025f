import { Clock } from './surroundings';
import { withPatience } from '../registry/patience';
import { ResolutionError } from '../registry/resolution-error';

const REGISTRY_BUSY = 60_000;

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
    open = open.filter(index => isBusy(answers[index]));
    if (open.length > 0) {
      throw answers[open[0]];
    }
  };
  const limits = { missing: 0, denied: 0, busy: REGISTRY_BUSY, final: 0 };
  try {
    await withPatience(attempt, { ...clock, limits, deadline: clock.now() + REGISTRY_BUSY });
  } catch (error) {
    if (!answers.some(answer => answer === error)) {
      throw error;
    }
  }
  return answers;
}

function isBusy(answer: unknown): boolean {
  return answer instanceof ResolutionError && answer.kind === 'busy';
}
