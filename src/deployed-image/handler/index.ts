import { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { ecrAdvice } from '../../custom-resource/handler/advice';
import { ecrClient, patiently, withAdvice } from '../../custom-resource/handler/ecr-client';
import { handleImageList, NewImages } from '../../custom-resource/handler/image-list';
import { deployedTag } from '../../names/deployed-tag';
import { ecrCommands } from '../../registry-client/ecr-commands';
import { EcrTagging } from '../../registry-client/ecr-tagging';

/** Puts a tag on each image that a stack deploys, once, and never takes one away. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  await handleImageList(event, context, { deciding: [], prepare });
}

function prepare({ repository, waitSeconds, deadline }: NewImages) {
  const tagging = new EcrTagging(ecrClient(repository), repository, call => patiently(call, { waitSeconds, deadline }));
  return async (digest: string) => {
    const tag = deployedTag(digest);
    await withAdvice(
      () => tagging.tag(digest, tag),
      ({ reason }) => ecrAdvice(repository, ecrCommands(repository, digest))[reason]);
    return { tag };
  };
}
