import { REPOSITORY } from './fake-ecr';
import { scanAdvice, signingAdvice } from '../../../src/gates/handler/advice';
import { Reason, REASONS } from '../../../src/registry-client/resolution-error';

const DIGEST = `sha256:${'a'.repeat(64)}`;

const adviceByRole: typeof scanAdvice = (repository, digest) => scanAdvice(repository, digest, 'arn:aws:iam::222222222222:role/ci/reads-scans');

describe.each([['scans', scanAdvice], ['scans by a role', adviceByRole], ['signatures', signingAdvice]])('%s', (_, adviceOf) => {
  test.each(Object.keys(REASONS) as Reason[])('%s has advice that a deployment can follow', reason => {
    const advice = adviceOf(REPOSITORY, DIGEST)[reason];
    expect(advice).toMatch(/^[a-z].{10,380}[^.]$/);
    expect(advice).not.toMatch(/undefined|--profile|docker login|sign in|try again|get-caller-identity/);
  });
});
