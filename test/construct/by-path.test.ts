import { Construct, RootConstruct } from 'constructs';
import { byPath } from '../../src/construct/by-path';

test('paths are in one order on machines of all languages', () => {
  const root = new RootConstruct();
  const constructs = ['a', 'ch', 'B', 'ä', 'd'].map(id => new Construct(root, id));
  expect(constructs.sort(byPath).map(({ node }) => node.id)).toEqual(['B', 'a', 'ch', 'd', 'ä']);
  expect(byPath(root, root)).toBe(0);
});
