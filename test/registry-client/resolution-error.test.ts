import { outcomeOf, ResolutionError } from '../../src/registry-client/resolution-error';

test('an outcome is an answer or why there is none', async () => {
  const error = new ResolutionError('missing', 'none');
  await expect(outcomeOf(() => 1)).resolves.toBe(1);
  await expect(outcomeOf(() => Promise.reject(error))).resolves.toBe(error);
});

test('a bug is not an outcome', async () => {
  await expect(outcomeOf(() => {
    throw new TypeError('a bug');
  })).rejects.toThrow('a bug');
});
