import { TemplateText } from './template-text';

/** An image that a resource names. */
export interface NamedImage {
  /** Where in the resource's properties. */
  readonly location: string;
  readonly text: TemplateText;
  /** Whether it is put together of several values, such as a repository and a tag. */
  readonly isInParts?: boolean;
}
