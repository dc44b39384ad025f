import { EcrRepositoryName } from '../../names/repository-name';

const REPOSITORY_ARN = /^arn:[^:]+:ecr:(?<region>[a-z0-9-]+):(?<account>[0-9]{12}):repository\/(?<repositoryName>.+)$/;

/** What an ARN names, or `undefined` when it is not that of a repository. */
export function readRepositoryArn(arn: unknown): EcrRepositoryName | undefined {
  const { account, region, repositoryName } = REPOSITORY_ARN.exec(String(arn))?.groups ?? {};
  return account === undefined ? undefined : { account, region, repositoryName };
}
