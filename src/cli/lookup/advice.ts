import { LockedImage } from '../../lock/lock-key';
import { DOCKER_HUB } from '../../names/image-reference';
import { EcrRepositoryName, isEcr } from '../../names/repository-name';
import { ecrCommands } from '../../registry-client/ecr-commands';
import { Reason, ResolutionError } from '../../registry-client/resolution-error';

/** What to do about a certificate that nobody known has signed. */
export const TRUST = "name its certificate authority's file in NODE_EXTRA_CA_CERTS or AWS_CA_BUNDLE";

export const UNUSABLE_PROXY = 'correct that, or ask who runs the proxy';

const ANYWHERE = {
  'unknown-host': 'correct its name, or check the network',
  'untrusted-host': `${TRUST}, or correct the host`,
  'unusable-proxy': UNUSABLE_PROXY,
  'unreadable-image': 'push the image again, or correct the tag',
  'not-an-index': 'leave out platform and requirePlatforms in the app, or push a multi-architecture image',
  'platform-not-found': 'push an index with it, or ask for another platform in the app',
  'ambiguous-platform': 'name one with its variant in the app, or its digest with fromDigest',
};

/** What to do when a look-up has no digest for a tag, for those at the terminal. */
export function adviceFor({ reason, status, retryAfter, digest }: ResolutionError, { repository, tag }: LockedImage): string {
  const later = `try again ${retryAfter ? `in ${Math.ceil(retryAfter / 1_000)} seconds` : 'later'}`;
  const advice: Record<Reason, string> = {
    ...ANYWHERE,
    ...isEcr(repository) ? inEcr(repository, tag, later, digest) : elsewhere(repository.host, later, status),
  };
  return advice[reason];
}

function inEcr(repository: EcrRepositoryName, tag: string, later: string, digest: string | undefined) {
  const { listRepositories, showPolicy, listImages, showImage, restoreImage } = ecrCommands(repository, digest ?? tag);
  const again = `${later}, and when it stays see: ${showImage}`;
  const impostor = 'find out what answers in place of ECR';
  const signIn = 'sign in to AWS again, see: aws sts get-caller-identity';
  return {
    'image-not-found': `push it first, or correct the tag, see: ${listImages}`,
    'repository-not-found': `create it first, or correct its name, account and Region, see: ${listRepositories}`,
    'archived': `restore it with: ${restoreImage}`,
    'access-denied': `allow it for that role, or use other credentials with --profile, see: ${showPolicy}`,
    'not-signed-in': signIn,
    'unusable-credentials': signIn,
    'rate-limited': again,
    'unavailable': again,
    'timed-out': again,
    'no-tls': impostor,
    'credentials-without-tls': impostor,
    'unreachable': `check the network, correct its Region, or ${again}`,
    'refused': `correct that, see: ${showImage}`,
    'malformed-answer': impostor,
    'wrong-content': 'do not use it, find out what answers in place of ECR',
  };
}

function elsewhere(host: string, later: string, status: number | undefined) {
  const signIn = `docker login${host === DOCKER_HUB ? '' : ` ${host}`}`;
  return {
    'image-not-found': 'push it first, or correct its name',
    'repository-not-found': 'create it first, or correct its name',
    'archived': 'restore it first',
    'access-denied': `correct its name, or get access: ${signIn}`,
    'not-signed-in': `correct its name, or sign in: ${signIn}`,
    'unusable-credentials': `repair that, or sign in again: ${signIn}`,
    'rate-limited': `${later}, or raise the limit: ${signIn}`,
    'unavailable': status ? later : `check the network, or ${later}`,
    'timed-out': `check the network, or ${later}`,
    'unreachable': `check the network, correct its port, or ${later}`,
    'no-tls': `correct its port, or in a network that you trust call npx cdk-image-lock with --registry-insecure ${host}`,
    'credentials-without-tls': 'they are sent by TLS only: give it a certificate and leave out --registry-insecure, or, where everybody may read it, '
      + `run: docker logout ${host}`,
    'refused': 'correct the reference, expected a registry that speaks the OCI distribution API',
    'wrong-content': 'do not use it, tell who runs the registry',
    'malformed-answer': 'correct the host, or tell who runs the registry that it does not speak the OCI distribution API',
  };
}
