import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { assumedRole } from './assumed-role';
import { Gate } from './gate';
import { scannedGate } from './scanned';
import { signedGate } from './signed';
import { ecrClient } from '../../custom-resource/handler/ecr-client';
import { sleep } from '../../custom-resource/handler/handle-event';
import { handleImageList, NewImages } from '../../custom-resource/handler/image-list';
import { malformedProperty } from '../../custom-resource/handler/malformed-property';
import { DECIDING, SCANNED, SIGNED } from '../contract';

/** Refuses images that are not what a gate asks for. One that has passed before stays passed. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  await handleImageList(event, context, { deciding: DECIDING, prepare });
}

function prepare(images: NewImages): (digest: string) => Promise<object> {
  const { repository, properties: { RoleArn }, deadline } = images;
  const gate = gateFor(images);
  const client = ecrClient(repository, { credentials: RoleArn === undefined ? undefined : assumedRole(String(RoleArn)) });
  return digest => gate(digest, { client, deadline, now: Date.now, sleep });
}

function gateFor(images: NewImages): Gate {
  const { Gate: name } = images.properties;
  switch (name) {
    case SCANNED: return scannedGate(images);
    case SIGNED: return signedGate(images);
    default: throw malformedProperty(`Gate is ${JSON.stringify(name)}; expected ${SCANNED} or ${SIGNED}`);
  }
}
