import { ContainerImageRule } from './container-image-rule';

/**
 * What `ContainerImagePolicy` is not to report, and why.
 *
 * It has to say at least one of `image`, `path` and `rule`, and what it says has to match all together.
 */
export interface ContainerImageException {
  /**
   * Pattern of the image as the finding shows it, in which `*` stands for any characters, such as `public.ecr.aws/xray/*`.
   *
   * Findings about repositories name no image, and are not matched.
   *
   * @default - any image, and repositories
   */
  readonly image?: string;

  /**
   * Pattern of the path of the construct, in which `*` stands for any characters within one part of the path and `**` for any
   * number of parts, such as `Service/Tracing/**`.
   *
   * @default - any construct
   */
  readonly path?: string;

  /**
   * The rule that does not apply.
   *
   * @default - any rule
   */
  readonly rule?: ContainerImageRule;

  /**
   * Why this is right, for who reads the code.
   */
  readonly reason: string;

  /**
   * The last day on which it holds, as `YYYY-MM-DD` in UTC. From the next day on it is not applied, and a warning says so.
   *
   * @default - it never expires
   */
  readonly until?: string;
}

/**
 * Properties of `ContainerImagePolicy` and `ContainerImageAspect`.
 */
export interface ContainerImagePolicyProps {
  /**
   * What is not to be reported. One that matches nothing is a warning of the policy.
   *
   * @default - none
   */
  readonly exceptions?: ContainerImageException[];

  /**
   * Rules whose findings are warnings. All others are errors.
   *
   * @default - `ContainerImageRule.UNKNOWN_IMAGE`
   */
  readonly warnings?: ContainerImageRule[];

  /**
   * Whether images that the CDK builds and publishes as assets count as pinned.
   *
   * Their tag is a hash of what they are built from, in a repository of the bootstrap stack where no tag can be moved.
   *
   * @default true
   */
  readonly allowAssets?: boolean;
}
