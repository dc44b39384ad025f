import { REPOSITORY } from './fake-ecr';
import { scanAdvice, signingAdvice, withAdvice } from '../../../src/gates/handler/advice';
import { Reason, REASONS, ResolutionError } from '../../../src/registry-client/resolution-error';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe.each([['scans', scanAdvice], ['signatures', signingAdvice]])('%s', (_, adviceOf) => {
  test.each(Object.keys(REASONS) as Reason[])('%s has advice that a deployment can follow', reason => {
    const advice = adviceOf(REPOSITORY, DIGEST)[reason];
    expect(advice).toMatch(/^[a-z].{10,380}[^.]$/);
    expect(advice).not.toMatch(/undefined|--profile|docker login|sign in|try again|get-caller-identity/);
  });
});

test('advice follows the failure, which is cut where it is long', async () => {
  const ask = (message: string) => withAdvice(scanAdvice(REPOSITORY, DIGEST), () => Promise.reject(new ResolutionError('archived', message)));
  const restore = scanAdvice(REPOSITORY, DIGEST).archived;
  await expect(ask('it is archived')).rejects.toThrow(new Error(`it is archived; ${restore}`));
  await expect(ask('x'.repeat(2_000))).rejects.toThrow(new Error(`${'x'.repeat(900)}…; ${restore}`));
});

test('other errors stay as they are', async () => {
  await expect(withAdvice(scanAdvice(REPOSITORY, DIGEST), () => Promise.reject(new TypeError('ours')))).rejects.toThrow(new TypeError('ours'));
});
