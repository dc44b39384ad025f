import { withAdvice } from '../../../src/custom-resource/handler/ecr-client';
import { ResolutionError } from '../../../src/registry-client/resolution-error';

const adviceFor = ({ reason }: ResolutionError) => `do something about ${reason}`;

test('advice follows the failure, which is cut where it is long', async () => {
  const ask = (message: string) => withAdvice(() => Promise.reject(new ResolutionError('archived', message)), adviceFor);
  await expect(ask('it is archived')).rejects.toThrow(new Error('it is archived; do something about archived'));
  await expect(ask('x'.repeat(2_000))).rejects.toThrow(new Error(`${'x'.repeat(900)}…; do something about archived`));
});

test('other errors stay as they are', async () => {
  await expect(withAdvice(() => Promise.reject(new TypeError('ours')), adviceFor)).rejects.toThrow(new TypeError('ours'));
});
