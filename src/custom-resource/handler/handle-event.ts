import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { Answer, sendAnswer } from './answer';
import { withDeadline } from '../../registry-client/deadline';

/** Kept for the answer and its retries. */
const TIME_TO_ANSWER = 30_000;

/** Of that, what work may not take either, which is under way when its time is over. */
const LEAST_TIME_TO_ANSWER = 8_000;

const OUT_OF_TIME = "the function's time was over before there was a result; deploy again, and when it stays give it less to do: "
  + 'a shorter wait, or images with fewer platforms and findings';

/** What CloudFormation is told about a resource. */
export interface Outcome extends Pick<Answer, 'PhysicalResourceId' | 'Data'> {
  /** For the log. */
  readonly summary: string;
}

/** What CloudFormation wants. */
export interface Request {
  readonly properties: Record<string, unknown>;
  /** The resource's, where it has one. */
  readonly physicalId?: string;
  /** When there is no time left but for the answer, by the function's own limit and by how long CloudFormation waits. */
  deadline(serviceTimeoutSeconds: number): number;
}

/** Makes or changes a resource. */
export type Work = (request: Request) => Promise<Outcome>;

/** Handles an event of a custom resource, and answers CloudFormation whatever happens. A Delete succeeds, and does nothing. */
export async function handleEvent(
  event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>, work: Work,
): Promise<void> {
  const end = Date.now() + context.getRemainingTimeInMillis();
  const asked = askedAt(event.ResponseURL);
  const deadline = (serviceTimeoutSeconds: number) => Math.min(end, asked + 1_000 * serviceTimeoutSeconds) - TIME_TO_ANSWER;
  const inTime: Work = request => withDeadline(Math.max(0, end - LEAST_TIME_TO_ANSWER - Date.now()), () => work(request), OUT_OF_TIME);
  await sendAnswer(event, await answerTo(event, deadline, inTime), sleep);
}

async function answerTo(event: CloudFormationCustomResourceEvent, deadline: Request['deadline'], work: Work): Promise<Answer> {
  const physicalId = event.RequestType === 'Create' ? undefined : event.PhysicalResourceId;
  // CloudFormation takes a changed id for a replacement, so a failure keeps the one that came in.
  const PhysicalResourceId = physicalId ?? 'unresolved';
  if (event.RequestType === 'Delete') {
    return { Status: 'SUCCESS', PhysicalResourceId };
  }
  try {
    const { summary, ...outcome } = await work({ properties: event.ResourceProperties ?? {}, physicalId, deadline });
    console.log(`${event.RequestType} ${event.LogicalResourceId}: ${summary}`);
    return { Status: 'SUCCESS', ...outcome };
  } catch (error) {
    const reason = (error as Error).message;
    console.log(`${event.RequestType} ${event.LogicalResourceId} failed: ${reason}`);
    return { Status: 'FAILED', Reason: reason, PhysicalResourceId };
  }
}

/** When CloudFormation signed the address for the answer, as far as that says so: an event may have waited until the function had time. */
function askedAt(url: string): number {
  const [, signed = ''] = /[?&]X-Amz-Date=(\d{8}T\d{6}Z)/.exec(url) ?? [];
  const time = Date.parse(signed.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'));
  return Number.isNaN(time) ? Date.now() : Math.min(time, Date.now());
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
