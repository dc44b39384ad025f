import { AwsEndpoints, AwsEnvironment, fullEnvironment } from './account-clients';

/** A private registry, as CloudFormation has left it. */
export interface EmulatedRegistry {
  readonly settings: RegistrySetting[];
  /** What CloudFormation has done, oldest first, such as `Create AWS::ECR::RepositoryCreationTemplate team-a`. */
  readonly calls: string[];
}

export interface RegistrySetting {
  readonly type: string;
  /** The prefix of a template or a cache; otherwise the account. */
  readonly identifier: string;
  readonly properties: object;
}

/** The private registry of an account in a Region. */
export async function registryOf({ endpoint }: AwsEndpoints, environment?: AwsEnvironment): Promise<EmulatedRegistry> {
  const { account, region } = fullEnvironment(environment);
  const response = await fetch(`${endpoint}/registries/${account}/${region}`);
  return await response.json() as EmulatedRegistry;
}
