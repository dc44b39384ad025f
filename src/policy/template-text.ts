/** A text of a template, flattened: what it says literally, and what CloudFormation fills in. */
export type TemplateText = readonly (string | Intrinsic)[];

export type Intrinsic = Readonly<Record<string, unknown>>;

/** More cases than this are not told apart: the text is one thing that CloudFormation fills in. */
const MAX_CASES = 64;

const DYNAMIC_REFERENCE = '{{resolve:';

/**
 * The texts that a value may become, one for each case of `Fn::If` in it. None, when it is no text.
 */
export function textsOf(value: unknown): TemplateText[] {
  if (typeof value === 'string') {
    return [value.split(/(\{\{resolve:[^}]*\}\})/).filter(part => part !== '').map(part => part.startsWith(DYNAMIC_REFERENCE) ? { [part]: true } : part)];
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return [[`${value}`]];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isNoValue(value)) {
    return [];
  }
  const intrinsic = value as Intrinsic;
  const texts = casesOf(intrinsic)?.flatMap(textsOf) ?? joined(intrinsic['Fn::Join']) ?? substituted(intrinsic['Fn::Sub']) ?? [[intrinsic]];
  return texts.length > MAX_CASES ? [[intrinsic]] : texts;
}

/** The cases of a value, if CloudFormation decides between two. */
export function casesOf(value: unknown): unknown[] | undefined {
  const cases = Object(value)['Fn::If'];
  return Array.isArray(cases) ? cases.slice(1) : undefined;
}

/** Whether CloudFormation puts something else in this place. */
export function isIntrinsic(value: unknown): value is Intrinsic {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return names.length === 1 && (names[0] === 'Ref' || names[0].startsWith('Fn::'));
}

export function isNoValue(value: unknown): boolean {
  return Object(value).Ref === 'AWS::NoValue';
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

function joined(join: unknown): TemplateText[] | undefined {
  const [separator, values] = Array.isArray(join) ? join : [];
  if (typeof separator !== 'string' || !Array.isArray(values)) {
    return undefined;
  }
  return concatenated(values.flatMap((value, index) => index > 0 && separator !== '' ? [separator, value] : [value]));
}

function substituted(sub: unknown): TemplateText[] | undefined {
  const [template, variables] = [sub].flat();
  if (typeof template !== 'string') {
    return undefined;
  }
  // Every other part is a name.
  return concatenated(template.split(/\$\{([^}]*)\}/).map((part, index) => {
    if (index % 2 === 0) {
      return part;
    }
    if (part.startsWith('!')) {
      return `\${${part.slice(1)}}`;
    }
    return Object(variables)[part] ?? (part.includes('.') ? { 'Fn::GetAtt': part.split('.') } : { Ref: part });
  }));
}

/** Every case of one value with every case of the others. */
function concatenated(values: unknown[]): TemplateText[] | undefined {
  let texts: TemplateText[] = [[]];
  for (const value of values) {
    const cases = textsOf(value);
    texts = texts.flatMap(text => cases.map(next => merged([...text, ...next])));
    if (texts.length > MAX_CASES) {
      return undefined;
    }
  }
  return texts;
}

/** Without literal parts beside each other. */
function merged(text: TemplateText): TemplateText {
  return text.reduce<(string | Intrinsic)[]>((parts, part) => {
    const last = parts.at(-1);
    return typeof part === 'string' && typeof last === 'string' ? [...parts.slice(0, -1), last + part] : [...parts, part];
  }, []);
}
