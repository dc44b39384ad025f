import { TemplateText } from './template-text';

/** An image that a resource names. */
export interface NamedImage {
  /** Where in the resource's properties. */
  readonly location: string;
  readonly text: TemplateText;
}
