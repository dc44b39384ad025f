/** The mappings of a template. */
export type Mappings = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/**
 * A value in which everything stands that the template itself knows: values of mappings, elements of literal lists, parts of literal texts.
 *
 * Where a key of a mapping is known during the deployment only, all values that it may choose become cases, as those of `Fn::If` are.
 */
export function withKnownValues(value: unknown, mappings: Mappings): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(element => withKnownValues(element, mappings));
  }
  const known = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, withKnownValues(child, mappings)]));
  const [name, ...others] = Object.keys(known);
  const find = others.length === 0 && Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  const found = Array.isArray(known[name]) ? find?.(known[name], mappings) : undefined;
  return found ? found.value : known;
}

type Find = (values: unknown[], mappings: Mappings) => { readonly value: unknown } | undefined;

const FUNCTIONS: Record<string, Find> = {
  'Fn::FindInMap': ([map, first, second, options], mappings) => {
    const found = chosen(mappings, map).flatMap(keys => chosen(keys, first)).flatMap(keys => chosen(keys, second));
    const { DefaultValue: other } = Object(options);
    const values = other === undefined || typeof map !== 'string' ? found : [...found, other];
    return typeof map !== 'string' || values.length === 0 ? undefined : { value: values.length === 1 ? values[0] : { 'Fn::If': ['', ...values] } };
  },
  'Fn::Select': ([index, list]) => Array.isArray(list) && Object.hasOwn(list, `${index}`) ? { value: list[Number(index)] } : undefined,
  'Fn::Split': ([separator, text]) => typeof separator === 'string' && separator !== '' && typeof text === 'string' ? { value: text.split(separator) } : undefined,
};

/** What stands behind a key, or everything when the key is not known. */
function chosen<T>(keys: Readonly<Record<string, T>>, key: unknown): T[] {
  return typeof key !== 'string' ? Object.values(Object(keys)) : Object.hasOwn(Object(keys), key) ? [keys[key]] : [];
}
