import { ECRClient } from '@aws-sdk/client-ecr';
import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { adviceFor } from './advice';
import { PinRequest, readProperties } from './properties';
import { questionOf, readPhysicalId, writePhysicalId } from './resolved-pins';
import { MARGIN_SECONDS } from '../../custom-resource/contract';
import { handleEvent, Outcome, Request, sleep } from '../../custom-resource/handler/handle-event';
import { EcrRegistry } from '../../registry-client/ecr-registry';
import { ResolutionError } from '../../registry-client/resolution-error';
import { resolveImage } from '../../registry-client/resolve-image';
import { retry } from '../../registry-client/retry';
import { DIGEST_ATTRIBUTE } from '../contract';

/** New permissions of the function's role may take some seconds to be known everywhere. */
const PERMISSIONS_SPREAD = 30_000;
const REGISTRY_BUSY = 60_000;

/** Beyond the waiting, whatever kinds of trouble follow each other. */
const LONGEST_TROUBLE = 120_000;

/** Resolves a tag for a custom resource. What it was asked before it answers from memory, so that a rollback never fails. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  await handleEvent(event, context, digestFor);
}

async function digestFor({ properties, physicalId, deadline }: Request): Promise<Outcome> {
  const known = readPhysicalId(physicalId ?? '');
  const question = questionOf(properties);
  const pin = known.find(candidate => candidate.question === question) ?? { question, digestHex: await ask(readProperties(properties), deadline) };
  return {
    summary: `sha256:${pin.digestHex}`,
    PhysicalResourceId: writePhysicalId(pin, known),
    Data: { [DIGEST_ATTRIBUTE]: pin.digestHex },
  };
}

async function ask(request: PinRequest, deadline: Request['deadline']): Promise<string> {
  try {
    return await resolve(request, deadline);
  } catch (error) {
    throw error instanceof ResolutionError ? new Error(`${error.message}; ${adviceFor(error.reason, request)}`) : error;
  }
}

async function resolve({ repository, image, waitSeconds }: PinRequest, deadline: Request['deadline']): Promise<string> {
  const client = new ECRClient({
    region: repository.region,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  const registry = new EcrRegistry(client, repository);
  const { digest } = await retry(() => resolveImage(registry, image), {
    limits: { missing: 1_000 * waitSeconds, denied: PERMISSIONS_SPREAD, busy: REGISTRY_BUSY, unreachable: REGISTRY_BUSY, final: 0 },
    deadline: Math.min(deadline(waitSeconds + MARGIN_SECONDS), Date.now() + 1_000 * waitSeconds + LONGEST_TROUBLE),
    now: Date.now,
    sleep,
  });
  return digest.replace('sha256:', '');
}
