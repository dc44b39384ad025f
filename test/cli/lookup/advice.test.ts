import { adviceFor } from '../../../src/cli/lookup/advice';
import { FailureDetails, Reason, REASONS, ResolutionError } from '../../../src/registry-client/resolution-error';
import { adviceFor as adviceInDeployment } from '../../../src/resolver/handler/advice';

const repository = { account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' };
const ABOUT = '--registry-id 123456789012 --region eu-west-1 --repository-name team/api';

const advise = (place: typeof repository | { host: string; repositoryName: string }, reason: Reason, details?: FailureDetails) =>
  adviceFor(new ResolutionError(reason, 'it happened', details), { repository: place, tag: 'v1' });

const inEcr = (reason: Reason, details?: FailureDetails) => advise(repository, reason, details);
const elsewhere = (reason: Reason, details?: FailureDetails) => advise({ host: 'ghcr.io', repositoryName: 'team/api' }, reason, details);

describe.each([['ECR', inEcr], ['other registries', elsewhere]])('of %s', (_, adviceOf) => {
  test.each(Object.keys(REASONS) as Reason[])('%s has advice that people at a terminal can follow', reason => {
    expect(adviceOf(reason)).toMatch(/^[a-z].{10,250}[^.]$/);
    expect(adviceOf(reason)).not.toMatch(/undefined|waitForImage|fromTag|deploy/);
  });
});

test.each<[Reason, string]>([
  ['image-not-found', `push it first, or correct the tag, see: aws ecr list-images ${ABOUT}`],
  ['access-denied', `allow it for that role, or use other credentials with --profile, see: aws ecr get-repository-policy ${ABOUT}`],
  ['not-signed-in', 'sign in to AWS again, see: aws sts get-caller-identity'],
  ['unavailable', `try again later, and when it stays see: aws ecr describe-images ${ABOUT} --image-ids imageTag=v1`],
])('of ECR, %s is another matter than in a deployment', (reason, advice) => {
  expect(inEcr(reason)).toBe(advice);
  expect(adviceInDeployment(reason, { repository, image: { tag: 'v1' }, waitSeconds: 0 })).not.toBe(advice);
});

test.each<[Reason, FailureDetails, string]>([
  ['not-signed-in', { status: 401 }, 'correct its name, or sign in: docker login ghcr.io'],
  ['rate-limited', { status: 429 }, 'try again later, or raise the limit: docker login ghcr.io'],
  ['rate-limited', { status: 429, retryAfter: 29_500 }, 'try again in 30 seconds, or raise the limit: docker login ghcr.io'],
  ['unavailable', { status: 503, retryAfter: 5_000 }, 'try again in 5 seconds'],
  ['unavailable', {}, 'check the network, or try again later'],
])('of other registries, %s with %j', (reason, details, advice) => {
  expect(elsewhere(reason, details)).toBe(advice);
});

test('an archived image that is known by its digest is restored by that', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  expect(inEcr('archived', { digest })).toContain(` --image-id imageDigest=${digest} `);
  expect(inEcr('archived')).toContain(' --image-id imageTag=v1 ');
});

test('wrong content is not to be used', () => {
  expect(inEcr('wrong-content')).toMatch(/^do not use it/);
  expect(elsewhere('wrong-content')).toMatch(/^do not use it/);
});

test('docker login does not name Docker Hub', () => {
  expect(advise({ host: 'docker.io', repositoryName: 'library/nginx' }, 'not-signed-in')).toMatch(/: docker login$/);
});
