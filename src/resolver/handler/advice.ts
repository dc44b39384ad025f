import { PinRequest } from './properties';
import { ecrAdvice } from '../../custom-resource/handler/advice';
import { ecrCommands } from '../../registry-client/ecr-commands';
import { Reason } from '../../registry-client/resolution-error';

/** What to do when a deployment has no digest for a tag, for those who read why their stack failed. */
export function adviceFor(reason: Reason, { repository, image: { tag }, waitSeconds }: PinRequest): string {
  const commands = ecrCommands(repository, tag);
  const wait = waitSeconds > 0 ? 'wait longer' : 'wait';
  const advice: Record<Reason, string> = {
    ...ecrAdvice(repository, commands),
    'image-not-found': `push it first, or let fromTag ${wait} for it with waitForImage, see: ${commands.listImages}`,
    'not-an-index': 'leave out platform and requirePlatforms, or push a multi-architecture image',
  };
  return advice[reason];
}
