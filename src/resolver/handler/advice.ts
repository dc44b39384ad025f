import { PinRequest } from './properties';
import { ecrCommands } from '../../registry-client/ecr-commands';
import { Reason } from '../../registry-client/resolution-error';

/** What to do when a deployment has no digest for a tag, for those who read why their stack failed. */
export function adviceFor(reason: Reason, { repository, image: { tag }, waitSeconds }: PinRequest): string {
  const { listRepositories, showPolicy, listImages, showImage, restoreImage } = ecrCommands(repository, tag);
  const wait = waitSeconds > 0 ? 'wait longer' : 'wait';
  const again = `deploy again, and when it stays see: ${showImage}`;
  const way = `in a VPC, give the function a way to ECR in that Region; otherwise ${again}`;
  const newCredentials = 'deploy again, and when it stays enable that Region for the account of the stack, see: '
    + `aws account get-region-opt-status --region-name ${repository.region}`;
  const impostor = 'find out what answers in place of ECR';
  const advice: Record<Reason, string> = {
    'image-not-found': `push it first, or let fromTag ${wait} for it with waitForImage, see: ${listImages}`,
    'repository-not-found': `create it first, or correct its name, account and Region, see: ${listRepositories}`,
    'archived': `restore it with: ${restoreImage}`,
    'access-denied': `allow it for that role in the repository's policy, see: ${showPolicy}`,
    'not-signed-in': newCredentials,
    'unusable-credentials': newCredentials,
    'rate-limited': again,
    'unavailable': again,
    'timed-out': way,
    'unreachable': way,
    'unknown-host': impostor,
    'untrusted-host': impostor,
    'no-tls': impostor,
    'credentials-without-tls': impostor,
    'unusable-proxy': way,
    'refused': `correct that and deploy again, see: ${showImage}`,
    'malformed-answer': impostor,
    'wrong-content': impostor,
    'unreadable-image': 'push the image again',
    'not-an-index': 'leave out platform and requirePlatforms, or push a multi-architecture image',
    'platform-not-found': 'push an index with it, or ask for another platform',
    'ambiguous-platform': 'name one with its variant, or its digest with fromDigest',
  };
  return advice[reason];
}
