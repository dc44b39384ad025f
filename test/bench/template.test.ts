import { templateWith } from '../../bench/apps/pins-in-a-stack';
import { broken, templateSize } from '../../bench/template-size';

/** The size of a template with pins over as many repositories, or over fewer. */
function sizeOf(kind: string, pins: number, repositories = pins) {
  return templateSize(templateWith(kind, pins, repositories));
}

test.each(['fixed', 'looked-up'])('pins that are %s add no resources', kind => {
  expect(sizeOf(kind, 100)).toMatchObject({ resources: 0, inlineCharacters: 0 });
});

test.each([1, 10, 100])('%d pins that are resolved at deployment have one function', pins => {
  const size = sizeOf('deploy-time', pins);
  expect(size.functions).toBe(1);
  expect(broken(size)).toEqual([]);
});

test('400 pins over 300 repositories fit the limits of CloudFormation and IAM', () => {
  const size = sizeOf('deploy-time', 400, 300);
  expect(size.functions).toBe(1);
  expect(broken(size)).toEqual([]);
});

test.each([['gated', 1], ['gated-and-marked', 2]])('images that are %s have %d functions, and a custom resource for each repository and function', (kind, functions) => {
  const [one, hundred] = [1, 100].map(images => sizeOf(kind, images));
  expect([one.functions, hundred.functions]).toEqual([functions, functions]);
  // Of 100 repositories an inline policy has no room, so that each function has a managed one too.
  expect(hundred.resources - one.resources).toBe((99 + 1) * functions);
  expect(broken(hundred)).toEqual([]);
});

test('AwsCustomResource breaks the limit of inline policies first, then that of resources', () => {
  expect(broken(sizeOf('by-hand', 63))).toEqual([]);
  expect(broken(sizeOf('by-hand', 64))).toEqual([expect.stringContaining('inlineCharacters')]);
  expect(broken(sizeOf('by-hand', 250))).toEqual([expect.stringContaining('resources'), expect.stringContaining('inlineCharacters')]);
});

describe('IAM characters', () => {
  const role = { Ref: 'Role' };
  const policy = (Type: string, Resource: unknown, Roles = [role]) => ({ Type, Properties: { Roles, PolicyDocument: { Statement: { Resource } } } });
  const size = (...resources: object[]) => templateSize(JSON.stringify({ Resources: Object.fromEntries(Object.entries(resources)) }));

  test('are of the policies as CloudFormation fills them in', () => {
    const Resource = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ecr']] };
    expect(size(policy('AWS::IAM::Policy', Resource)).inlineCharacters).toBe('{"Statement":{"Resource":"arn:aws:ecr"}}'.length);
  });

  test('of inline policies add up for a role', () => {
    const one = size(policy('AWS::IAM::Policy', 'a')).inlineCharacters;
    expect(size(policy('AWS::IAM::Policy', 'a'), policy('AWS::IAM::Policy', 'b')).inlineCharacters).toBe(2 * one);
    expect(size(policy('AWS::IAM::Policy', 'a'), policy('AWS::IAM::Policy', 'b', [{ Ref: 'Other' }])).inlineCharacters).toBe(one);
  });

  test('of managed policies count one by one', () => {
    const sizes = size(policy('AWS::IAM::ManagedPolicy', 'a'), policy('AWS::IAM::ManagedPolicy', 'bcd'));
    expect(sizes).toMatchObject({ managedPolicies: 2, managedCharacters: '{"Statement":{"Resource":"bcd"}}'.length, inlineCharacters: 0 });
  });
});
