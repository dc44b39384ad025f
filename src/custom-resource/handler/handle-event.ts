import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { Answer, sendAnswer } from './answer';

/** Kept of the function's time for the answer and its retries. */
const TIME_TO_ANSWER = 30_000;

/** What CloudFormation is told about a resource. */
export interface Outcome extends Pick<Answer, 'PhysicalResourceId' | 'Data'> {
  /** For the log. */
  readonly summary: string;
}

/**
 * Makes or changes a resource.
 *
 * @param physicalId the resource's, where it has one
 * @param deadline in milliseconds of the clock; later there is no time for an answer
 */
export type Work = (properties: Record<string, unknown>, physicalId: string | undefined, deadline: number) => Promise<Outcome>;

/** Handles an event of a custom resource, and answers CloudFormation whatever happens. A Delete succeeds, and does nothing. */
export async function handleEvent(
  event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>, work: Work,
): Promise<void> {
  await sendAnswer(event, await answerTo(event, Date.now() + context.getRemainingTimeInMillis() - TIME_TO_ANSWER, work), sleep);
}

async function answerTo(event: CloudFormationCustomResourceEvent, deadline: number, work: Work): Promise<Answer> {
  const physicalId = event.RequestType === 'Create' ? undefined : event.PhysicalResourceId;
  // CloudFormation takes a changed id for a replacement, so a failure keeps the one that came in.
  const PhysicalResourceId = physicalId ?? 'unresolved';
  if (event.RequestType === 'Delete') {
    return { Status: 'SUCCESS', PhysicalResourceId };
  }
  try {
    const { summary, ...outcome } = await work(event.ResourceProperties, physicalId, deadline);
    console.log(`${event.RequestType} ${event.LogicalResourceId}: ${summary}`);
    return { Status: 'SUCCESS', ...outcome };
  } catch (error) {
    const reason = (error as Error).message;
    console.log(`${event.RequestType} ${event.LogicalResourceId} failed: ${reason}`);
    return { Status: 'FAILED', Reason: reason, PhysicalResourceId };
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
