import { EcrRepositoryName } from '../../names/repository-name';
import { ecrCommands } from '../../registry-client/ecr-commands';
import { quote } from '../../registry-client/quote';
import { Reason, ResolutionError } from '../../registry-client/resolution-error';

/** Leaves room for the advice, and for other images, in the 4,096 bytes that CloudFormation takes. */
const LONGEST_FAILURE = 900;

/** What to do when a gate has no answer from ECR, for those who read why their stack failed. */
export type Advice = Record<Reason, string>;

/** Asks, and says with a failure what to do about it. */
export async function withAdvice<T>(advice: Advice, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof ResolutionError ? new Error(`${quote(error.message, LONGEST_FAILURE)}; ${advice[error.reason]}`) : error;
  }
}

export function scanAdvice(repository: EcrRepositoryName, digest: string): Advice {
  const { showPolicy, showFindings } = ecrCommands(repository, digest);
  return {
    ...gateAdvice(repository, digest, showFindings),
    'access-denied': `allow it for that role, by its permissions boundary, the organization and the repository's policy too, see: ${showPolicy}`,
    'unavailable': `deploy again, and when it stays let the role call inspector2:ListCoverage and inspector2:ListFindings, see: ${showFindings}`,
  };
}

export function signingAdvice(repository: EcrRepositoryName, digest: string): Advice {
  return {
    ...gateAdvice(repository, digest, ecrCommands(repository, digest).showSignatures),
    refused: configureSigning(repository),
  };
}

/** The command that puts the configuration replaces all of it, so it is the one that shows it which comes first. */
export function configureSigning(repository: EcrRepositoryName): string {
  const { repositoryName } = repository;
  return `give the registry's signing configuration a rule with that profile for '${repositoryName}' (aws ecr put-signing-configuration replaces all rules, `
    + `see those there are: ${ecrCommands(repository, '').showSigning}), and push the image again: what was pushed before is not signed`;
}

function gateAdvice(repository: EcrRepositoryName, digest: string, see: string): Advice {
  const { listRepositories, showPolicy, listImages, restoreImage } = ecrCommands(repository, digest);
  const again = `deploy again, and when it stays see: ${see}`;
  const way = `in a VPC, give the function a way to ECR in that Region; otherwise ${again}`;
  const newCredentials = 'deploy again, and when it stays enable that Region for the account of the stack, see: '
    + `aws account get-region-opt-status --region-name ${repository.region}`;
  const impostor = 'find out what answers in place of ECR';
  const pushAgain = 'push the image again, with all of its platforms';
  return {
    'image-not-found': `push it, or name the platforms that run with platforms, see: ${listImages}`,
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
    'refused': `correct that and deploy again, see: ${see}`,
    'malformed-answer': impostor,
    'wrong-content': impostor,
    'unreadable-image': pushAgain,
    'not-an-index': pushAgain,
    'platform-not-found': 'push an index with it, or name other platforms',
    'ambiguous-platform': 'name one with its variant',
  };
}
