import { DescribeImageSigningStatusCommand, ECRClient } from '@aws-sdk/client-ecr';
import { EcrImageCalls } from './ecr-image-calls';
import { EcrRepositoryName } from '../names/repository-name';

const DESCRIBE = 'ecr:DescribeImageSigningStatus';

/** How far ECR's managed signing is with an image, for one signing profile. */
export interface SigningStatus {
  readonly profileArn?: string;
  /** As ECR calls it. */
  readonly status?: string;
  readonly failureCode?: string;
  readonly failureReason?: string;
}

/** How far ECR's managed signing is with the image of a digest, for each profile that it signs with. Failures are `ResolutionError`s. */
export async function signingStatuses(client: ECRClient, name: EcrRepositoryName, digest: string): Promise<SigningStatus[]> {
  const calls = new EcrImageCalls(client, name);
  const { signingStatuses: statuses } = await calls.ask(digest, DESCRIBE, (ecr, image, options) =>
    ecr.send(new DescribeImageSigningStatusCommand(image), options));
  if ((statuses ?? undefined) !== undefined && !Array.isArray(statuses)) {
    throw calls.failures.malformedAnswer(digest, DESCRIBE, 'statuses that are no list');
  }
  return (statuses ?? []).map(Object).map(({ signingProfileArn, status, failureCode, failureReason }) => ({
    profileArn: text(signingProfileArn),
    status: text(status),
    failureCode: text(failureCode),
    failureReason: text(failureReason),
  }));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
