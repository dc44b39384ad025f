import { ecrError, FakeEcr, REPOSITORY } from './fake-ecr';
import { signedGate } from '../../../src/gates/handler/signed';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IMAGE = `'team/api@${DIGEST}' (account 123456789012, Region eu-west-1)`;
const SHOW = 'aws ecr describe-image-signing-status --registry-id 123456789012 --region eu-west-1 --repository-name team/api '
  + `--image-id imageDigest=${DIGEST}`;
const CONFIGURE = "give the registry's signing configuration a rule with that profile for 'team/api' (aws ecr put-signing-configuration replaces all rules, "
  + 'see those there are: aws ecr get-signing-configuration --region eu-west-1), and push the image again, where tags are immutable under another one: what was pushed before is not signed';

const profile = (name: string) => `arn:aws:signer:eu-west-1:123456789012:/signing-profiles/${name}`;
const status = (name: string, state: unknown, more: object = {}) => ({ signingProfileArn: profile(name), status: state, ...more });

let ecr: FakeEcr;

beforeEach(() => {
  ecr = new FakeEcr();
});

function judge(names: string[] = ['release'], waitSeconds = 600) {
  return signedGate({ repository: REPOSITORY, properties: { SigningProfileArns: names.map(profile) }, waitSeconds })(DIGEST, ecr.context());
}

test('an image passes that is signed, with one call', async () => {
  ecr.signatures = () => [status('other', 'FAILED'), status('release', 'COMPLETE')];
  expect(await judge()).toEqual({ signatures: 1 });
  expect(ecr.calls).toEqual(['DescribeImageSigningStatus']);
});

test('each profile has to have signed it', async () => {
  ecr.signatures = () => [status('release', 'COMPLETE'), status('security', 'COMPLETE')];
  expect(await judge(['release', 'security'])).toEqual({ signatures: 2 });
  await expect(judge(['release', 'security', 'third'], 0)).rejects.toThrow(
    `${IMAGE} is not signed with ${profile('third')} after 0 seconds: ECR names no signature of it; ${CONFIGURE}`);
});

test.each<[string, unknown]>([
  ['in progress', [status('release', 'IN_PROGRESS')]], ['not there yet', []], ['no list', undefined], ['of another profile', [status('other', 'COMPLETE')]],
  ['both', [status('release', 'COMPLETE'), status('release', 'IN_PROGRESS')]], ['without status', [status('release', undefined)]],
])('a signature is waited for that is %s', async (_, before) => {
  ecr.signatures = seconds => seconds < 590 ? before : [status('release', 'COMPLETE')];
  await judge();
  expect(ecr.calls.length).toBeLessThan(100);
  ecr = new FakeEcr();
  ecr.signatures = () => before;
  await expect(judge()).rejects.toThrow(`${IMAGE} is not signed with ${profile('release')} after 600 seconds: `);
});

test('one that stays in progress is refused', async () => {
  ecr.signatures = () => [status('release', 'IN_PROGRESS')];
  await expect(judge(['release'], 0)).rejects.toThrow(new Error(
    `${IMAGE} is not signed with ${profile('release')} after 0 seconds: status IN_PROGRESS; deploy again, see: ${SHOW}`));
});

test.each<[unknown, string]>([
  [status('release', 'FAILED', { failureCode: 'ACCESS_DENIED', failureReason: 'no\nsigner:SignPayload' }), 'status FAILED, ACCESS_DENIED: no signer:SignPayload'],
  [status('release', 'FAILED'), 'status FAILED'],
  [status('release', 'SOMETHING_NEW'), 'status SOMETHING_NEW'],
])('what failed is refused at once: %j', async (failed, text) => {
  ecr.signatures = () => [status('release', 'COMPLETE'), failed];
  await expect(judge()).rejects.toThrow(new Error(`${IMAGE} is not signed with ${profile('release')}: ${text}; `
    + `let who pushes use that profile (signer:SignPayload), and push the image again, where tags are immutable under another one, see: ${SHOW}`));
  expect(ecr.seconds).toBe(0);
});

test('a registry without a configuration may refuse to answer', async () => {
  ecr.signatures = () => ecrError('ValidationException', 'no signing configuration');
  await expect(judge()).rejects.toThrow(`failed (ValidationException: no signing configuration); ${CONFIGURE}`);
});

test.each([['AccessDeniedException', 29], ['ThrottlingException', 59]])('trouble passes: %s', async (name, seconds) => {
  ecr.signatures = now => now < seconds ? ecrError(name) : [status('release', 'COMPLETE')];
  await judge(['release'], 0);
});

test.each([undefined, [], 'arn', [''], [7]])('malformed profiles are an error: %j', SigningProfileArns => {
  expect(() => signedGate({ repository: REPOSITORY, properties: { SigningProfileArns }, waitSeconds: 0 }))
    .toThrow('malformed property: SigningProfileArns is ');
});
