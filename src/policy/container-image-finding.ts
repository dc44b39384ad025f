import { ContainerImageRule } from './container-image-rule';

/**
 * Something that a rule of `ContainerImageAspect` has against a resource.
 */
export interface ContainerImageFinding {
  readonly rule: ContainerImageRule;

  /** What is wrong, in one line. */
  readonly problem: string;

  /** What to write instead, in one line. */
  readonly fix: string;

  /** Whether it is a warning, and not an error, by the `warnings` of the aspect. */
  readonly isWarning: boolean;

  /**
   * The image as it is written.
   *
   * @default - the finding is about a repository
   */
  readonly image?: string;
}
