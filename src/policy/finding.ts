import { ContainerImageRule } from './container-image-rule';
import { Mappings } from './known-values';

/** A resource as CloudFormation gets it. */
export interface RenderedResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Something that a rule has against a resource. */
export interface Finding {
  readonly rule: ContainerImageRule;
  /** Where in the resource, as the CDK writes it. */
  readonly locations: string[];
  /** The image as written. */
  readonly image?: string;
  readonly problem: string;
  /** What to write instead. */
  readonly fix: string;
}

/** What rules know beside a resource. */
export interface Surroundings {
  /** Another resource of the same template. */
  resource(logicalId: string): RenderedResource | undefined;
  /** The mappings of the same template. */
  mappings(): Mappings;
  /** Whether an image is one that the CDK publishes, and such images are allowed. */
  isAllowedAsset(image: string): boolean;
  /** Whether a repository is the dev companion of a `SecureRepository`. */
  isDevCompanion(): boolean;
}
