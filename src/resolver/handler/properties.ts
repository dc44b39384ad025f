import { platformProblem, tagProblem } from '../../image-grammar';
import { EcrRepositoryName } from '../../registry/ecr-registry';
import { ResolutionError } from '../../registry/resolution-error';
import { DigestRequest } from '../../registry/resolve-digest';

/** What the properties of a custom resource ask for. */
export interface PinRequest {
  readonly repository: EcrRepositoryName;
  readonly image: DigestRequest;
  readonly waitSeconds: number;
}

const REPOSITORY_ARN = /^arn:[^:]+:ecr:(?<region>[a-z0-9-]+):(?<account>[0-9]{12}):repository\/(?<repositoryName>.+)$/;

/** Reads the properties; what the template could only give as a token is checked here. */
export function readProperties(properties: Record<string, unknown>): PinRequest {
  const { RepositoryArn, Tag, Platform, RequirePlatforms = [], WaitSeconds = '0' } = properties;
  const arn = typeof RepositoryArn === 'string' ? REPOSITORY_ARN.exec(RepositoryArn)?.groups : undefined;
  if (!arn) {
    throw malformed(`RepositoryArn is ${JSON.stringify(RepositoryArn)}; expected the ARN of an ECR repository`);
  }
  if (!Array.isArray(RequirePlatforms)) {
    throw malformed(`RequirePlatforms is ${JSON.stringify(RequirePlatforms)}; expected a list of platforms`);
  }
  const problem = tagProblem(String(Tag ?? ''))
    ?? [Platform ?? [], RequirePlatforms].flat().map(platform => platformProblem(String(platform))).find(Boolean);
  if (problem) {
    throw malformed(`${problem} (repository ${RepositoryArn})`);
  }
  const waitSeconds = Number(WaitSeconds);
  if (!Number.isSafeInteger(waitSeconds) || waitSeconds < 0) {
    throw malformed(`WaitSeconds is ${JSON.stringify(WaitSeconds)}; expected a whole number of seconds`);
  }
  return {
    repository: { account: arn.account, region: arn.region, repositoryName: arn.repositoryName },
    image: { tag: String(Tag), platform: Platform as string | undefined, requirePlatforms: RequirePlatforms },
    waitSeconds,
  };
}

function malformed(problem: string): ResolutionError {
  return new ResolutionError('final', `malformed property: ${problem}; correct what the stack passes and deploy again`);
}
