import { ECRClient } from '@aws-sdk/client-ecr';
import { withDeadline } from './deadline';
import { EcrFailures, isImageNotFound } from './ecr-failures';
import { EcrRepositoryName } from '../names/repository-name';

/** Time for a whole answer: the SDK's own limits end with its headers. */
export const LONGEST_ANSWER = 10_000;

/** One image, as ECR's operations about single images take it. */
export interface ImageInput {
  readonly registryId: string;
  readonly repositoryName: string;
  readonly imageId: { readonly imageDigest: string };
}

/** Asks ECR about single images of one repository, each by its digest. */
export class EcrImageCalls {
  public readonly failures: EcrFailures;

  constructor(private readonly client: ECRClient, private readonly name: EcrRepositoryName) {
    this.failures = new EcrFailures(name);
  }

  /**
   * Asks once. An answer for another image is an error.
   *
   * @param action as IAM calls it, for messages
   */
  public async ask<T extends { readonly imageId?: { readonly imageDigest?: string } }>(
    digest: string, action: string, send: (client: ECRClient, image: ImageInput, options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const { account: registryId, repositoryName } = this.name;
    const image = { registryId, repositoryName, imageId: { imageDigest: digest } };
    const answer = await this.explained(digest, action, () => withDeadline(LONGEST_ANSWER, abortSignal => send(this.client, image, { abortSignal })));
    if ((answer.imageId?.imageDigest ?? digest) !== digest) {
      throw this.failures.malformedAnswer(digest, action, 'something about another image');
    }
    return answer;
  }

  private async explained<T>(digest: string, action: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw isImageNotFound(error) ? this.failures.missing(digest) : this.failures.explain(error, digest, action);
    }
  }
}
