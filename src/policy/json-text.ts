import { casesOf, concatenated, Intrinsic, TemplateText, textsOf } from './template-text';
import { isIntrinsic, isNoValue } from '../construct/intrinsic';

/** A document that a template has as JSON text, in which CloudFormation may fill in something. */
export interface JsonDocument {
  readonly content: unknown;
  /** The texts that a value of the content may become. */
  textsOf(value: unknown): TemplateText[];
}

/** Stands for what CloudFormation fills in, by its position. Nobody writes these characters. */
const PLACEHOLDER = /\uE000(\d+)\uE001/;

/** The documents that a value may become, `undefined` for a text that cannot be read. A value that is no text is a document itself. */
export function documentsOf(value: unknown): (JsonDocument | undefined)[] {
  const cases = casesOf(value);
  if (cases) {
    return cases.flatMap(documentsOf);
  }
  if (isNoValue(value)) {
    return [];
  }
  if (typeof value === 'string' || isIntrinsic(value)) {
    const json = Object(value)['Fn::ToJsonString'];
    return json ? [{ content: json, textsOf }] : apart(value).map(parse);
  }
  return value === undefined || value === null ? [] : [{ content: value, textsOf }];
}

/** Where there are too many cases, they are told apart only within what is read then. */
function apart(value: unknown): TemplateText[] {
  const texts = textsOf(value);
  return texts.length === 1 && texts[0].length === 1 && texts[0][0] === value ? textsOf(value, false) : texts;
}

function parse(text: TemplateText): JsonDocument | undefined {
  const intrinsics = text.filter(part => typeof part !== 'string') as Intrinsic[];
  try {
    const content: unknown = JSON.parse(withPlaceholders(text));
    return typeof content !== 'object' ? undefined : { content, textsOf: value => typeof value === 'string' ? withIntrinsics(value, intrinsics) : [] };
  } catch {
    return undefined;
  }
}

/** What stands outside of the quotes of a JSON text becomes a text too. */
function withPlaceholders(text: TemplateText): string {
  let quoted = false;
  let position = 0;
  return text.map(part => {
    if (typeof part === 'string') {
      quoted = (part.replace(/\\./gs, '').split('"').length % 2 === 0) !== quoted;
      return part;
    }
    const placeholder = `\uE000${position++}\uE001`;
    return quoted ? placeholder : `"${placeholder}"`;
  }).join('');
}

function withIntrinsics(value: string, intrinsics: Intrinsic[]): TemplateText[] {
  const parts = value.split(PLACEHOLDER).map((part, index) => index % 2 === 0 ? part : intrinsics[Number(part)]);
  return concatenated(parts) ?? [parts.filter(part => part !== '')];
}
