import { DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.Document;

/** A page as a browser reads it. */
export interface ParsedPage {
  /** Of each element in order: its name, its attributes' names, and the values of those that are no text for people. */
  readonly shape: unknown[];
  /** All that stands between tags, and in attributes, each once trimmed. */
  readonly texts: string[];
  readonly errors: string[];
}

const STRUCTURE = ['class', 'role', 'scope', 'data-of', 'colspan', 'lang', 'charset', 'content', 'http-equiv', 'name'];

/** Reads a page by the rules of the HTML standard. */
export function parsePage(page: string): ParsedPage {
  const errors: string[] = [];
  const root = parse(page, { onParseError: ({ code }) => errors.push(code) });
  const shape: unknown[] = [];
  const texts: string[] = [];
  const visit = (node: Node) => {
    if ('value' in node) {
      texts.push(node.value.trim());
    }
    if ('attrs' in node) {
      shape.push([node.tagName, ...node.attrs.map(({ name, value }) => STRUCTURE.includes(name) ? `${name}=${value}` : name)]);
    }
    if ('childNodes' in node) {
      node.childNodes.forEach(visit);
    }
  };
  visit(root);
  return { shape, texts, errors };
}
