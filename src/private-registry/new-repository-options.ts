import { RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';

/**
 * What repositories are like that no stack defines, whatever makes them.
 */
export interface NewRepositoryOptions {
  /**
   * How the images are encrypted at rest.
   *
   * @default - `KMS` when `encryptionKey` is given, otherwise `AES_256` with keys that Amazon S3 manages
   */
  readonly encryption?: ecr.RepositoryEncryption;

  /**
   * Customer managed key that encrypts the images, in the Region of the registry, by its ARN. An alias is an error.
   *
   * @default - none
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Who may do what with the repositories, besides those whom IAM lets within the account, with 10,240 characters at most. Statements have no resources.
   *
   * @default - none
   */
  readonly repositoryPolicy?: iam.PolicyDocument;

  /**
   * Tags of the repositories, up to 50. `Tags.of` does not reach what a template makes.
   *
   * @default - none
   */
  readonly resourceTags?: { [key: string]: string };

  /**
   * What happens to a template, and to the rule of a cache, when it is left out of the registry or the stack is deleted, after a deployment with this.
   *
   * Repositories stay in any case. `RETAIN` also keeps what a first deployment made that failed, and the next one fails because of it. `SNAPSHOT` is an error.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}
