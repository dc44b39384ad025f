import { isNoValue } from '../construct/intrinsic';

/** A text of a template, flattened: what it says literally, and what CloudFormation fills in. */
export type TemplateText = readonly (string | Intrinsic)[];

export type Intrinsic = Readonly<Record<string, unknown>>;

/** More cases than this are not told apart: the text is one thing that CloudFormation fills in. */
const MAX_CASES = 64;

const DYNAMIC_REFERENCE = '{{resolve:';

/**
 * The texts that a value may become, one for each case of `Fn::If` in it. None, when it is no text.
 *
 * @param tellsApart whether each case is a text of its own, or what CloudFormation decides about is one thing that it fills in
 */
export function textsOf(value: unknown, tellsApart = true): TemplateText[] {
  if (typeof value === 'string') {
    return [merged([value])];
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return [[`${value}`]];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isNoValue(value)) {
    return [];
  }
  const intrinsic = value as Intrinsic;
  const texts = (tellsApart ? casesOf(intrinsic)?.flatMap(one => textsOf(one)) : undefined)
    ?? joined(intrinsic['Fn::Join'], tellsApart) ?? substituted(intrinsic['Fn::Sub'], tellsApart) ?? [[intrinsic]];
  return texts.length > MAX_CASES ? [[intrinsic]] : texts;
}

/** Every case of one value with every case of the others, or `undefined` when these are too many. What has no value is left out. */
export function concatenated(values: unknown[], separator = '', textsOfOne = (value: unknown) => textsOf(value)): TemplateText[] | undefined {
  const alternatives = values.map(value => alternativesOf(value, textsOfOne));
  const count = alternatives.reduce((product, { length }) => product * length, 1);
  return count > MAX_CASES ? undefined : Array.from({ length: count }, (_, index) => {
    let rest = index;
    const chosen = alternatives.flatMap(cases => {
      const text = cases[rest % cases.length];
      rest = Math.floor(rest / cases.length);
      return text ? [text] : [];
    });
    return merged(chosen.flatMap((text, position) => position > 0 ? [separator, ...text] : text));
  });
}

/** The cases of a value, if CloudFormation decides between two. */
export function casesOf(value: unknown): unknown[] | undefined {
  const cases = Object(value)['Fn::If'];
  return Array.isArray(cases) ? cases.slice(1) : undefined;
}

/** A text as a person would write it for `Fn::Sub`. */
export function written(text: TemplateText): string {
  return text.map(part => typeof part === 'string' ? part : nameOf(part)).join('');
}

/** The logical id of the resource that something is the reference or the attribute of. */
export function referenceOf(part: string | Intrinsic | undefined): { readonly logicalId: string; readonly attribute?: string } | undefined {
  const { Ref, 'Fn::GetAtt': attribute } = Object(part);
  const [logicalId, ...rest] = typeof attribute === 'string' ? attribute.split('.') : [attribute ?? Ref].flat();
  return typeof logicalId === 'string' ? { logicalId, ...(rest.length > 0 && { attribute: rest.join('.') }) } : undefined;
}

function nameOf(part: Intrinsic): string {
  const [name] = Object.keys(part);
  const reference = referenceOf(part);
  if (reference) {
    return `\${${[reference.logicalId, reference.attribute ?? []].flat().join('.')}}`;
  }
  return name.startsWith(DYNAMIC_REFERENCE) ? name : `\${${name}}`;
}

function joined(join: unknown, tellsApart: boolean): TemplateText[] | undefined {
  const [separator, values] = Array.isArray(join) ? join : [];
  return typeof separator === 'string' && Array.isArray(values) ? concatenated(values, separator, value => textsOf(value, tellsApart)) : undefined;
}

function substituted(sub: unknown, tellsApart: boolean): TemplateText[] | undefined {
  const [template, variables] = [sub].flat();
  if (typeof template !== 'string') {
    return undefined;
  }
  const values = new Map(Object.entries(Object(variables)));
  // Every other part is a name.
  return concatenated(template.split(/\$\{([^}]*)\}/).map((part, index) => {
    if (index % 2 === 0) {
      return part;
    }
    if (part.startsWith('!')) {
      return `\${${part.slice(1)}}`;
    }
    return values.get(part) ?? (part.includes('.') ? { 'Fn::GetAtt': part.split('.') } : { Ref: part });
  }), '', value => textsOf(value, tellsApart));
}

/** `undefined` where nothing is put. */
function alternativesOf(value: unknown, textsOfOne: (value: unknown) => TemplateText[]): (TemplateText | undefined)[] {
  const cases = casesOf(value);
  const areApart = cases && textsOfOne(value).every(([part]) => part !== value);
  const texts = areApart ? cases.flatMap(one => alternativesOf(one, textsOfOne)) : textsOfOne(value);
  return texts.length === 0 ? [undefined] : texts;
}

/** Without literal parts beside each other, and with each dynamic reference in one part. */
function merged(text: TemplateText): TemplateText {
  const parts: (string | Intrinsic)[] = [];
  let literal = '';
  const close = () => {
    parts.push(...literal.split(/(\{\{resolve:.*?\}\}(?!\}))/s).filter(part => part !== '')
      .map(part => part.startsWith(DYNAMIC_REFERENCE) && part.endsWith('}}') ? { [part]: true } : part));
    literal = '';
  };
  for (const part of text) {
    // What is filled into a dynamic reference is a part of its name.
    if (typeof part === 'string') {
      literal += part;
    } else if (literal.lastIndexOf(DYNAMIC_REFERENCE) > literal.lastIndexOf('}}')) {
      literal += nameOf(part);
    } else {
      close();
      parts.push(part);
    }
  }
  close();
  return parts;
}
