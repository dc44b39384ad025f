import { Reason, REASONS } from '../../../src/registry-client/resolution-error';
import { adviceFor } from '../../../src/resolver/handler/advice';

const repository = { account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' };
const ABOUT = '--registry-id 123456789012 --region eu-west-1 --repository-name team/api';

const request = { repository, image: { tag: 'v1' }, waitSeconds: 0 };

test.each(Object.keys(REASONS) as Reason[])('%s has advice that a deployment can follow', reason => {
  const advice = adviceFor(reason, request);
  expect(advice).toMatch(/^[a-z].{10,250}[^.]$/);
  expect(advice).not.toMatch(/undefined|--profile|docker login|sign in|try again|get-caller-identity/);
});

test.each<[Reason, string]>([
  ['image-not-found', `push it first, or let fromTag wait for it with waitForImage, see: aws ecr list-images ${ABOUT}`],
  ['archived', `restore it with: aws ecr update-image-storage-class ${ABOUT} --image-id imageTag=v1 --target-storage-class STANDARD`],
  ['access-denied', `allow it for that role in the repository's policy, see: aws ecr get-repository-policy ${ABOUT}`],
  ['not-signed-in', 'deploy again, and when it stays enable that Region for the account of the stack, see: aws account get-region-opt-status --region-name eu-west-1'],
  ['unavailable', `deploy again, and when it stays see: aws ecr describe-images ${ABOUT} --image-ids imageTag=v1`],
])('%s', (reason, advice) => {
  expect(adviceFor(reason, request)).toBe(advice);
});

test('who waits already may wait longer', () => {
  expect(adviceFor('image-not-found', { ...request, waitSeconds: 60 })).toContain('or let fromTag wait longer for it with waitForImage');
});
