/** A repository of Amazon ECR's private registries. */
export interface EcrRepositoryName {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
}

/** A repository of any other registry. */
export interface OciRepositoryName {
  /** Host, with a port where it has one. */
  readonly host: string;
  readonly repositoryName: string;
}

export function isEcr(repository: EcrRepositoryName | OciRepositoryName): repository is EcrRepositoryName {
  return 'account' in repository;
}
