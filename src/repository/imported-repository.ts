import { Annotations, Resource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { knownRepositoryName, repositoryEnvironment } from './repository-at-synth';
import { ConstructNote } from '../construct/construct-note';

/** What `grantPull` writes into the policy of a repository. */
export const PULL_ACTIONS = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];

const WARNING = 'cdk-secure-repository:ownerMustAllow';

/** Of a stack: the actions that it needs, by the repository and the account that needs them. */
const neededActions = new ConstructNote<Map<string, Set<string>>>('ActionsOwnersMustAllow');

/** Of a repository: what has its warnings. */
const warned = new ConstructNote<OwnerMustAllow>('OwnerMustAllow');

/**
 * Warns where a grant has no effect: the CDK does not change the policy of an imported repository, and says that it did. Within an account
 * the identity's policy is enough; for another account's repository its owner has to allow it too.
 *
 * Where it is not known at synth that the accounts differ, there is no warning.
 *
 * @param scope what uses the repository; there is one warning for its stack, with all actions
 * @param account the account of the identity that is granted something
 */
export function warnIfOwnerMustAllow(scope: Construct, repository: ecr.IRepository, account: string, actions: string[]): void {
  const owner = repositoryEnvironment(repository).account;
  if (Resource.isOwnedResource(repository) || Token.compareStrings(owner, account) !== TokenComparison.DIFFERENT) {
    return;
  }
  const stack = Stack.of(scope);
  const needed = neededActions.of(stack) ?? new Map<string, Set<string>>();
  neededActions.set(stack, needed);

  const key = JSON.stringify([repository.repositoryArn, account]);
  const known = needed.get(key);
  if (known) {
    actions.forEach(action => known.add(action));
    return;
  }
  const all = new Set(actions);
  needed.set(key, all);
  OwnerMustAllow.of(repository).onceComplete(() => {
    const statement = { Effect: 'Allow', Principal: { AWS: account }, Action: [...all].sort() };
    return `the ${nameOf(repository)} is imported, so the CDK cannot change its policy for stack '${stack.node.path}'; it has to have this statement, `
      + `or one that allows as much: ${JSON.stringify(statement)}; once it has, say so with Annotations.of(repository).acknowledgeWarning('${WARNING}')`;
  });
}

function nameOf(repository: ecr.IRepository): string {
  const { account, region } = repositoryEnvironment(repository);
  const name = knownRepositoryName(repository);
  return [`repository${name === undefined ? '' : ` '${name}'`} of account ${account}`, ...Token.isUnresolved(region) ? [] : [`in ${region}`]].join(' ');
}

/**
 * Has the warnings of an imported repository. The CDK heeds what is acknowledged on a construct only for those in it, unless the warning is
 * there already.
 */
class OwnerMustAllow extends Construct {
  public static of(repository: ecr.IRepository): OwnerMustAllow {
    const all = warned.of(repository) ?? new OwnerMustAllow(repository, WARNING);
    warned.set(repository, all);
    return all;
  }

  /** Warns at the end of synthesis, when it is known what is needed. */
  public onceComplete(message: () => string): void {
    this.node.addValidation({
      validate: () => {
        Annotations.of(this).addWarningV2(WARNING, message());
        return [];
      },
    });
  }
}
