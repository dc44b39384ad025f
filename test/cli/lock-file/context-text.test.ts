import fc from 'fast-check';
import { editObject, Edits } from '../../../src/cli/lock-file/context-text';

const edits = (changes: Record<string, unknown>): Edits => new Map(Object.entries(changes));

describe('a changed value', () => {
  test.each([
    ['two spaces', '{\n  "a": 1,\n  "b": {\n    "c": true\n  }\n}\n', '{\n  "a": 1,\n  "b": {\n    "d": 2\n  }\n}\n'],
    ['four spaces', '{\n    "a": 1,\n    "b": null\n}', '{\n    "a": 1,\n    "b": {\n        "d": 2\n    }\n}'],
    ['tabs', '{\n\t"a": 1,\n\t"b": null\n}\n', '{\n\t"a": 1,\n\t"b": {\n\t\t"d": 2\n\t}\n}\n'],
    ['CRLF', '{\r\n  "a": 1,\r\n  "b": []\r\n}\r\n', '{\r\n  "a": 1,\r\n  "b": {\r\n    "d": 2\r\n  }\r\n}\r\n'],
    ['one line', '{"a":1,"b":"}\\"{"}', '{"a":1,"b":{"d":2}}'],
    ['a BOM', '\uFEFF{\n  "b": 1\n}', '\uFEFF{\n  "b": {\n    "d": 2\n  }\n}'],
    ['spaces of its own', '{ "a" : [1,\n2] , "b" : -1.5e3 ,"c":"" }', '{ "a" : [1,\n2] , "b" : {"d":2} ,"c":"" }'],
    ['an escaped key', '{\n  "\\u0062": 0\n}', '{\n  "\\u0062": {\n    "d": 2\n  }\n}'],
    ['a key that stands twice', '{"b":0,"b":1}', '{"b":{"d":2},"b":{"d":2}}'],
  ])('leaves the rest of a file with %s as it is', (_, before, after) => {
    expect(editObject(before, edits({ b: { d: 2 } }))).toBe(after);
  });
});

describe('a new key', () => {
  test.each([
    ['two spaces', '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "n": {\n    "d": 2\n  }\n}\n'],
    ['tabs and CRLF', '{\r\n\t"z": 1,\r\n\t"a": 1\r\n}', '{\r\n\t"z": 1,\r\n\t"a": 1,\r\n\t"n": {\r\n\t\t"d": 2\r\n\t}\r\n}'],
    ['one line', '{"a":1}', '{"a":1,"n":{"d":2}}'],
    ['one line with spaces', '{ "a": 1, "b": 2 }', '{ "a": 1, "b": 2, "n": {"d":2} }'],
    ['nothing', '{}\n', '{\n  "n": {\n    "d": 2\n  }\n}\n'],
    ['nothing but space', '{\n}', '{\n  "n": {\n    "d": 2\n  }\n}'],
  ])('comes last in a file with %s', (_, before, after) => {
    expect(editObject(before, edits({ n: { d: 2 } }))).toBe(after);
  });
});

describe('a key that is taken out', () => {
  const TEXT = '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n';

  test.each([
    ['first', { a: undefined }, '{\n  "b": 2,\n  "c": 3\n}\n'],
    ['in the middle', { b: undefined }, '{\n  "a": 1,\n  "c": 3\n}\n'],
    ['last', { c: undefined }, '{\n  "a": 1,\n  "b": 2\n}\n'],
    ['not there', { d: undefined }, TEXT],
    ['one of several', { a: undefined, c: undefined }, '{\n  "b": 2\n}\n'],
    ['each of all', { a: undefined, b: undefined, c: undefined }, '{}\n'],
    ['replaced by others', { a: undefined, b: undefined, c: undefined, n: 1 }, '{\n  "n": 1\n}\n'],
  ])('and stands %s', (_, changes, after) => {
    expect(editObject(TEXT, edits(changes))).toBe(after);
  });
});

test('edits have the result they would have on the object, whatever is in the file', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', '"\\', 'é');
  const object = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });
  const changes = fc.dictionary(key, fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }), { noNullPrototype: true });
  fc.assert(fc.property(object, changes, fc.constantFrom(undefined, 2, 4, '\t'), fc.boolean(), (before, change, indent, crlf) => {
    const text = JSON.stringify(before, undefined, indent);
    const edited = editObject(crlf ? text.replaceAll('\n', '\r\n') : text, edits(change));
    const expected = JSON.parse(JSON.stringify({ ...before, ...change }));
    expect(JSON.parse(edited)).toEqual(expected);
    if (indent !== undefined && !crlf) {
      const order = [...Object.keys(before), ...Object.keys(change)].filter(name => name in expected);
      const inOrder = Object.fromEntries([...new Set(order)].map(name => [name, expected[name]]));
      expect(edited).toBe(JSON.stringify(inOrder, undefined, Object.keys(before).length > 0 ? indent : 2));
    }
  }), { numRuns: 300 });
});
