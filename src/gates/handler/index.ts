import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { handleImageList, NewImages } from '../../custom-resource/handler/image-list';
import { DECIDING, SCANNED, SIGNED } from '../contract';

/** Refuses images that are not what a gate asks for. One that has passed before stays passed. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  await handleImageList(event, context, { deciding: DECIDING, prepare });
}

function prepare(images: NewImages): (digest: string) => Promise<object> {
  const { Gate } = images.properties;
  throw new Error(`malformed property: Gate is ${JSON.stringify(Gate)}; expected ${SCANNED} or ${SIGNED}`);
}
