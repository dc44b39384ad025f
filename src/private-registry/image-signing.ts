import { Token } from 'aws-cdk-lib';
import { filtersProblem } from './repository-filters';
import { signingProfileProblem } from '../names/signing-profile';

/**
 * Options of `ImageSigning.with`.
 */
export interface ImageSigningOptions {
  /**
   * Filters of the repositories whose images are signed, up to 100, such as `prod/*`. In a filter `*` stands for any characters, also none, and it has to have one.
   *
   * @default - `*`, all repositories
   */
  readonly repositories?: string[];
}

/**
 * Which images Amazon ECR signs when they are pushed, for `SecureRegistry`.
 *
 * Who pushes needs `signer:SignPayload` for the profile: without it the push succeeds, and the image has no signature. Let `ImageGate.signedBy` ask
 * for it before a deployment. What was pushed before is not signed.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html
 */
export class ImageSigning {
  /**
   * Signs with a profile of AWS Signer.
   *
   * @param signingProfileArn without a version, of the Region of the registry, also of another account; a token is not checked
   */
  public static with(signingProfileArn: string, options: ImageSigningOptions = {}): ImageSigning {
    const { repositories = ['*'] } = options;
    const problem = (Token.isUnresolved(signingProfileArn) ? undefined : signingProfileProblem(signingProfileArn))
      ?? (repositories.length > 0 ? filtersProblem('repositories', repositories) : 'repositories is empty, so no image would be signed; name some, or leave it out');
    if (problem) {
      throw new Error(`ImageSigning.with: ${problem}`);
    }
    return new ImageSigning(signingProfileArn, repositories);
  }

  private constructor(private readonly signingProfileArn: string, private readonly repositories: string[]) {}

  /** @internal */
  public _profileArn(): string {
    return this.signingProfileArn;
  }

  /** @internal */
  public _render(): object {
    return {
      SigningProfileArn: this.signingProfileArn,
      RepositoryFilters: this.repositories.map(Filter => ({ Filter, FilterType: 'WILDCARD_MATCH' })),
    };
  }
}
