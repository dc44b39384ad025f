import { RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { RetentionRule } from '../repository/retention-rule';

/**
 * What makes a repository that no stack defines.
 */
export enum RepositoryCreation {
  /** A push to a name that no repository has. Without a template for it, such a push fails. */
  PUSH = 'CREATE_ON_PUSH',

  /** The replication of an image from another Region or account. */
  REPLICATION = 'REPLICATION',
}

/**
 * Options of a `RepositoryTemplate`.
 */
export interface RepositoryTemplateOptions {
  /**
   * What the repositories keep, archive and expire, where the first rule that matches an image decides.
   *
   * An empty list means no lifecycle policy: nothing is ever expired.
   *
   * @default - that of a `SecureRepository`: untagged images expire 14 days after the push, and the newest 500 tagged images are kept
   */
  readonly retention?: RetentionRule[];

  /**
   * Patterns of tags that can be moved to another image, such as `latest`, up to 5 with up to 2 `*` each.
   *
   * @default - none: no tag can be moved
   */
  readonly mutableTags?: string[];

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
   * What makes repositories by this template.
   *
   * @default - pushes and replication
   */
  readonly createdBy?: RepositoryCreation[];

  /**
   * What people read about the template, up to 256 characters.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * What happens to the template when it is left out of the registry, or the stack is deleted, after a deployment with this. Repositories stay in any case.
   *
   * `RETAIN` also keeps what a first deployment made that failed, and the next one fails because of it. `SNAPSHOT` is an error.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}
