import { ECRClient } from '@aws-sdk/client-ecr';
import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { Answer, sendAnswer } from './answer';
import { readProperties } from './properties';
import { questionOf, readPhysicalId, ResolvedPin, writePhysicalId } from './resolved-pins';
import { EcrRegistry } from '../../registry/ecr-registry';
import { withPatience } from '../../registry/patience';
import { resolveImage } from '../../registry/resolve-image';
import { DIGEST_ATTRIBUTE } from '../contract';

/** New permissions of the function's role may take some seconds to be known everywhere. */
const PERMISSIONS_SPREAD = 30_000;
const REGISTRY_BUSY = 60_000;

/** Beyond the waiting, whatever kinds of trouble follow each other. CloudFormation waits for a minute more. */
const LONGEST_TROUBLE = 120_000;

/** Kept of the function's time for the answer and its retries. */
const TIME_TO_ANSWER = 30_000;

/** Resolves a tag for a custom resource, and answers CloudFormation whatever happens. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  await sendAnswer(event, await answerTo(event, Date.now() + context.getRemainingTimeInMillis() - TIME_TO_ANSWER), sleep);
}

async function answerTo(event: CloudFormationCustomResourceEvent, deadline: number): Promise<Answer> {
  // CloudFormation takes a changed id for a replacement, so a failure keeps the one that came in.
  const physicalId = event.RequestType === 'Create' ? 'unresolved' : event.PhysicalResourceId;
  if (event.RequestType === 'Delete') {
    return { Status: 'SUCCESS', PhysicalResourceId: physicalId };
  }
  try {
    const known = readPhysicalId(physicalId);
    const question = questionOf(event.ResourceProperties);
    const pin = known.find(candidate => candidate.question === question) ?? await ask(question, event.ResourceProperties, deadline);
    console.log(`${event.RequestType} ${event.LogicalResourceId}: sha256:${pin.digestHex}`);
    return { Status: 'SUCCESS', PhysicalResourceId: writePhysicalId(pin, known), Data: { [DIGEST_ATTRIBUTE]: pin.digestHex } };
  } catch (error) {
    const reason = (error as Error).message;
    console.log(`${event.RequestType} ${event.LogicalResourceId} failed: ${reason}`);
    return { Status: 'FAILED', Reason: reason, PhysicalResourceId: physicalId };
  }
}

async function ask(question: string, properties: Record<string, unknown>, deadline: number): Promise<ResolvedPin> {
  const { repository, image, waitSeconds } = readProperties(properties);
  const client = new ECRClient({
    region: repository.region,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  const registry = new EcrRegistry(client, repository);
  const { digest } = await withPatience(() => resolveImage(registry, image), {
    limits: { missing: 1_000 * waitSeconds, denied: PERMISSIONS_SPREAD, busy: REGISTRY_BUSY, unreachable: REGISTRY_BUSY, final: 0 },
    deadline: Math.min(deadline, Date.now() + 1_000 * waitSeconds + LONGEST_TROUBLE),
    now: Date.now,
    sleep,
  });
  return { question, digestHex: digest.replace('sha256:', '') };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
