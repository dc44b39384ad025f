import { ResourceEnvironment, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';

/**
 * The account and Region of a repository, by its ARN.
 *
 * An imported repository belongs to the environment of its stack, as far as the CDK goes, even when its ARN names another one.
 */
export function repositoryEnvironment({ repositoryArn, env }: ecr.IRepository): ResourceEnvironment {
  const [, , , region, account] = repositoryArn.split(':');
  return { account: known(account) ?? env.account, region: known(region) ?? env.region };
}

function known(part: string | undefined): string | undefined {
  return part && !Token.isUnresolved(part) ? part : undefined;
}
