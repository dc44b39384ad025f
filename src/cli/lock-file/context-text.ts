/** Edits the members of a JSON object as text: whatever is not edited stays as it is, to the byte. */

/** The new values by key; `undefined` takes a key out. */
export type Edits = Map<string, unknown>;

/** One `"key": value` at the top level; places in the text. */
interface Member {
  readonly key: string;
  readonly start: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly end: number;
}

interface Layout {
  readonly newline: string;
  /** `undefined` for an object on one line. */
  readonly indent: string | undefined;
  /** Between key and value. */
  readonly colon: string;
  /** Between two members. */
  readonly separator: string;
}

/** Edits an object that `JSON.parse` takes. New keys come last, in their order. */
export function editObject(text: string, edits: Edits): string {
  const members = readMembers(text);
  const layout = layoutOf(text, members);
  const write = (key: string) => JSON.stringify(key) + layout.colon + writeValue(edits.get(key), layout);

  const kept = members.flatMap((member, index) => {
    const { key, start, valueStart, end } = member;
    if (!edits.has(key)) {
      return { index, text: text.slice(start, end) };
    }
    return edits.get(key) === undefined ? [] : { index, text: text.slice(start, valueStart) + writeValue(edits.get(key), layout) };
  });
  const present = new Set(members.map(({ key }) => key));
  const added = [...edits.keys()].filter(key => edits.get(key) !== undefined && !present.has(key)).map(write);

  const separatorBefore = (index: number) => text.slice(members[index - 1].end, members[index].start);
  const body = kept.map((piece, position) => (position === 0 ? '' : separatorBefore(piece.index)) + piece.text).join('')
    + added.map((piece, position) => (position + kept.length === 0 ? '' : layout.separator) + piece).join('');
  const [start, end] = bodyOf(text, members);
  if (body === '') {
    return `${text.slice(0, text.indexOf('{') + 1)}${text.slice(text.lastIndexOf('}'))}`;
  }
  return members.length > 0
    ? text.slice(0, start) + body + text.slice(end)
    : `${text.slice(0, start)}${layout.newline}${layout.indent}${body}${layout.newline}${text.slice(end)}`;
}

/** From the first member to the last; from brace to brace where there is none. */
function bodyOf(text: string, members: Member[]): [start: number, end: number] {
  return members.length > 0 ? [members[0].start, members.at(-1)!.end] : [text.indexOf('{') + 1, text.lastIndexOf('}')];
}

function layoutOf(text: string, members: Member[]): Layout {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  if (members.length === 0) {
    return { newline, indent: '  ', colon: ': ', separator: `,${newline}  ` };
  }
  const [first, second] = members;
  const beforeFirst = text.slice(text.indexOf('{') + 1, first.start);
  return {
    newline,
    indent: beforeFirst.includes('\n') ? beforeFirst.slice(beforeFirst.lastIndexOf('\n') + 1) : undefined,
    colon: text.slice(first.keyEnd, first.valueStart),
    separator: second ? text.slice(first.end, second.start) : `,${beforeFirst}`,
  };
}

function writeValue(value: unknown, { indent, newline }: Layout): string {
  return indent === undefined ? JSON.stringify(value) : JSON.stringify(value, undefined, indent).replaceAll('\n', newline + indent);
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /[^\s,}\]]+/y;
const SPACE = /[\s\uFEFF]*/y;

function readMembers(text: string): Member[] {
  const members: Member[] = [];
  let at = skip(SPACE, text, text.indexOf('{') + 1);
  while (text[at] !== '}') {
    const start = at;
    const keyEnd = skip(STRING, text, start);
    const valueStart = skip(SPACE, text, skip(SPACE, text, keyEnd) + 1);
    const end = skipValue(text, valueStart);
    members.push({ key: JSON.parse(text.slice(start, keyEnd)), start, keyEnd, valueStart, end });
    at = skip(SPACE, text, end);
    at = text[at] === ',' ? skip(SPACE, text, at + 1) : at;
  }
  return members;
}

function skipValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    if (text[at] === '"') {
      at = skip(STRING, text, at);
    } else if ('{['.includes(text[at])) {
      depth++;
      at++;
    } else if ('}]'.includes(text[at])) {
      depth--;
      at++;
    } else {
      at = depth === 0 ? skip(SCALAR, text, at) : at + 1;
    }
  } while (depth > 0);
  return at;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}
