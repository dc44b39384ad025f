import { NewRepositoryOptions } from './new-repository-options';
import { RetentionRule } from '../repository/retention-rule';

/**
 * What makes a repository that no stack defines.
 */
export enum RepositoryCreation {
  /**
   * A push to a name that no repository has. Without a template for it, such a push fails; with one, also those may make repositories whom a policy lets push
   * from other accounts.
   */
  PUSH = 'CREATE_ON_PUSH',

  /** The replication of an image from another Region or account. */
  REPLICATION = 'REPLICATION',
}

/**
 * Options of a `RepositoryTemplate`.
 */
export interface RepositoryTemplateOptions extends NewRepositoryOptions {
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
}
