import { malformedProperty } from '../../custom-resource/handler/malformed-property';
import { readRepositoryArn } from '../../custom-resource/handler/repository-arn';
import { platformProblem, tagProblem } from '../../names/image-grammar';
import { EcrRepositoryName } from '../../names/repository-name';
import { ImageRequest } from '../../registry-client/resolve-image';

/** What the properties of a custom resource ask for. */
export interface PinRequest {
  readonly repository: EcrRepositoryName;
  readonly image: ImageRequest;
  readonly waitSeconds: number;
}

/** Reads the properties; what the template could only give as a token is checked here. */
export function readProperties(properties: Record<string, unknown>): PinRequest {
  const { RepositoryArn, Tag, Platform, RequirePlatforms = [], WaitSeconds = '0' } = properties;
  const repository = readRepositoryArn(RepositoryArn);
  const waitSeconds = Number(WaitSeconds);
  const problem = (repository ? undefined : 'RepositoryArn is not the ARN of an ECR repository')
    ?? tagProblem(String(Tag ?? ''))
    ?? (Array.isArray(RequirePlatforms) ? undefined : `RequirePlatforms is ${JSON.stringify(RequirePlatforms)}; expected a list of platforms`)
    ?? [Platform ?? [], RequirePlatforms].flat().map(platform => platformProblem(String(platform))).find(Boolean)
    ?? (Number.isSafeInteger(waitSeconds) && waitSeconds >= 0 ? undefined : `WaitSeconds is '${WaitSeconds}'; expected a whole number`);
  if (problem) {
    throw malformedProperty(`${problem} (repository ${RepositoryArn}, tag ${Tag})`);
  }
  return {
    repository: repository!,
    image: { tag: Tag as string, platform: Platform as string | undefined, requirePlatforms: RequirePlatforms as string[] },
    waitSeconds,
  };
}
