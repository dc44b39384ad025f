import { textsOf, written } from '../../src/policy/template-text';

const REF = { Ref: 'Api' };

test.each<[string, unknown, string[]]>([
  ['a text', 'nginx', ['nginx']],
  ['a number', 1.27, ['1.27']],
  ['nothing', undefined, []],
  ['no value', { Ref: 'AWS::NoValue' }, []],
  ['a list', ['nginx'], []],
  ['a reference', REF, ['${Api}']],
  ['an attribute', { 'Fn::GetAtt': ['Api', 'RepositoryUri'] }, ['${Api.RepositoryUri}']],
  ['an attribute in one text', { 'Fn::GetAtt': 'Api.Endpoint.Address' }, ['${Api.Endpoint.Address}']],
  ['a dynamic reference', 'a:{{resolve:ssm:/tag:1}}', ['a:{{resolve:ssm:/tag:1}}']],
  ['Fn::Join', { 'Fn::Join': ['/', ['a', REF, { 'Fn::Join': ['', ['b', ':', 'c']] }]] }, ['a/${Api}/b:c']],
  ['Fn::Join of a list that is filled in', { 'Fn::Join': ['/', { Ref: 'List' }] }, ['${Fn::Join}']],
  ['Fn::Sub', { 'Fn::Sub': '${AWS::AccountId}.${Api.Arn}${!no}' }, ['${AWS::AccountId}.${Api.Arn}${no}']],
  ['Fn::Sub with variables', { 'Fn::Sub': ['${Name}:${Tag}', { Name: 'nginx', Tag: REF }] }, ['nginx:${Api}']],
  ['Fn::If', { 'Fn::If': ['A', 'x', { 'Fn::If': ['B', 'y', { Ref: 'AWS::NoValue' }] }] }, ['x', 'y']],
  ['Fn::If within', { 'Fn::Join': [':', ['nginx', { 'Fn::If': ['A', '1', '2'] }]] }, ['nginx:1', 'nginx:2']],
])('%s', (_, value, texts) => {
  expect(textsOf(value).map(written)).toEqual(texts);
});

test('literal parts beside each other are one', () => {
  expect(textsOf({ 'Fn::Join': ['', ['a', 'b', REF, 'c', 'd']] })).toEqual([['ab', REF, 'cd']]);
});

test('a text with more cases than one could read is something that is filled in', () => {
  const one = { 'Fn::If': ['A', '1', '2'] };
  const value = (count: number) => ({ 'Fn::Join': ['', Array(count).fill(one)] });
  expect(textsOf(value(6))).toHaveLength(64);
  expect(textsOf(value(7)).map(written)).toEqual(['${Fn::Join}']);
  expect(textsOf(value(500)).map(written)).toEqual(['${Fn::Join}']);
});
