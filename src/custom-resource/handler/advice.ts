import { EcrRepositoryName } from '../../names/repository-name';
import { ecrCommands } from '../../registry-client/ecr-commands';
import { Reason } from '../../registry-client/resolution-error';

/** What to do when ECR does not answer a function, for those who read why their stack failed. Each function says more about its own work. */
export function ecrAdvice({ region }: EcrRepositoryName, commands: ReturnType<typeof ecrCommands>): Record<Reason, string> {
  const { listRepositories, showPolicy, listImages, showImage, restoreImage } = commands;
  const again = `deploy again, and when it stays see: ${showImage}`;
  const way = `in a VPC, give the function a way to ECR in that Region; otherwise ${again}`;
  const newCredentials = 'deploy again, and when it stays enable that Region for the account of the stack, see: '
    + `aws account get-region-opt-status --region-name ${region}`;
  const impostor = 'find out what answers in place of ECR';
  return {
    'image-not-found': `push it first, see: ${listImages}; or when it is archived, restore it with: ${restoreImage}`,
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
    'not-an-index': 'push a multi-architecture image, or leave out platforms',
    'platform-not-found': 'push an index with it, or ask for another platform',
    'ambiguous-platform': 'name one with its variant, or its digest with fromDigest',
  };
}
