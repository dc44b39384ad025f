import { ecrAdvice } from '../../custom-resource/handler/advice';
import { EcrRepositoryName } from '../../names/repository-name';
import { ecrCommands } from '../../registry-client/ecr-commands';
import { Reason } from '../../registry-client/resolution-error';

/** What to do when a gate has no answer from ECR, for those who read why their stack failed. */
export type Advice = Record<Reason, string>;

/** @param roleArn of the role that is assumed to ask, where there is one */
export function scanAdvice(repository: EcrRepositoryName, digest: string, roleArn?: string): Advice {
  const { showPolicy, showFindings } = ecrCommands(repository, digest);
  return {
    ...gateAdvice(repository, digest, showFindings),
    'access-denied': roleArn === undefined
      ? `allow it for that role, by its permissions boundary, the organization and the repository's policy too, see: ${showPolicy}`
      : `let the function assume ${roleArn}, by that role's trust policy too, and that role do what the gate asks, see: ${showRole(roleArn)}`,
    'unavailable': `deploy again, and when it stays let the role call inspector2:ListCoverage and inspector2:ListFindings, see: ${showFindings}`,
  };
}

export function signingAdvice(repository: EcrRepositoryName, digest: string): Advice {
  return {
    ...gateAdvice(repository, digest, ecrCommands(repository, digest).showSignatures),
    refused: configureSigning(repository),
  };
}

function showRole(roleArn: string): string {
  return `aws iam get-role --role-name ${roleArn.split('/').pop()}`;
}

/** The command that puts the configuration replaces all of it, so it is the one that shows it which comes first. */
export function configureSigning(repository: EcrRepositoryName): string {
  const { repositoryName } = repository;
  return `give the registry's signing configuration a rule with that profile for '${repositoryName}' (aws ecr put-signing-configuration replaces all rules, `
    + `see those there are: ${ecrCommands(repository, '').showSigning}), and push the image again, where tags are immutable under another one: what was pushed before is not signed`;
}

function gateAdvice(repository: EcrRepositoryName, digest: string, see: string): Advice {
  const commands = ecrCommands(repository, digest);
  const pushAgain = 'push the image again, with all of its platforms';
  return {
    ...ecrAdvice(repository, { ...commands, showImage: see }),
    'image-not-found': `push it, or name the platforms that run with platforms, see: ${commands.listImages}`,
    'unreadable-image': pushAgain,
    'not-an-index': pushAgain,
    'platform-not-found': 'push an index with it, or name other platforms',
    'ambiguous-platform': 'name one with its variant',
  };
}
