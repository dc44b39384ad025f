import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { adviceFor } from './advice';
import { PinRequest, readProperties } from './properties';
import { questionOf, readPhysicalId, writePhysicalId } from './resolved-pins';
import { MARGIN_SECONDS } from '../../custom-resource/contract';
import { ecrClient, patiently, withAdvice } from '../../custom-resource/handler/ecr-client';
import { handleEvent, Outcome, Request } from '../../custom-resource/handler/handle-event';
import { EcrRegistry } from '../../registry-client/ecr-registry';
import { resolveImage } from '../../registry-client/resolve-image';
import { DIGEST_ATTRIBUTE } from '../contract';

/** Resolves a tag for a custom resource. What it was asked before it answers from memory, so that a rollback never fails. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  await handleEvent(event, context, digestFor);
}

async function digestFor({ properties, physicalId, deadline }: Request): Promise<Outcome> {
  const known = readPhysicalId(physicalId ?? '');
  const question = questionOf(properties);
  const pin = known.find(candidate => candidate.question === question)
    ?? { question, digestHex: await resolve(readProperties(properties), deadline) };
  return {
    summary: `sha256:${pin.digestHex}`,
    PhysicalResourceId: writePhysicalId(pin, known),
    Data: { [DIGEST_ATTRIBUTE]: pin.digestHex },
  };
}

async function resolve(request: PinRequest, deadline: Request['deadline']): Promise<string> {
  const { repository, image, waitSeconds } = request;
  const registry = new EcrRegistry(ecrClient(repository), repository);
  const { digest } = await withAdvice(
    () => patiently(() => resolveImage(registry, image), { waitSeconds, deadline: deadline(waitSeconds + MARGIN_SECONDS) }),
    ({ reason }) => adviceFor(reason, request));
  return digest.replace('sha256:', '');
}
