import { ResourceEnvironment, Token, TokenComparison } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';

/** The name of a repository as far as it is known at synth. One that the app defines has a token for a name: its resource knows more. */
export function knownRepositoryName(repository: ecr.IRepository): string | undefined {
  const resource = repository.node.defaultChild;
  return [repository.repositoryName, resource instanceof ecr.CfnRepository ? resource.repositoryName : undefined].find(isKnown);
}

/**
 * The account and Region of a repository, by its ARN.
 *
 * An imported repository belongs to the environment of its stack, as far as the CDK goes, even when its ARN names another one.
 */
export function repositoryEnvironment({ repositoryArn, env }: ecr.IRepository): ResourceEnvironment {
  const [, , , region, account] = repositoryArn.split(':');
  return { account: isKnown(account) ? account : env.account, region: isKnown(region) ? region : env.region };
}

/** Whether both are known at synth, and not the same. */
export function areDifferent(one: string | undefined, other: string): boolean {
  return one !== undefined && Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}

function isKnown(part: string | undefined): boolean {
  return part !== undefined && part !== '' && !Token.isUnresolved(part);
}
