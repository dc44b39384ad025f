import { redact } from '../../src/registry-client/redact';

test.each([
  ['https://user:pa55@registry.test/v2/', 'https://***@registry.test/v2/'],
  ['authorization: Bearer eyJhbGciOi.J9', 'authorization: ***'],
  ['no access (Authorization=AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=0), sign in', 'no access (Authorization=***), sign in'],
  ['sent Basic dXNlcjpwYXNzd29yZA==', 'sent Basic ***'],
  ['{"token":"abc"}', '{"token":***"}'],
  ['x-amz-security-token:FwoGZXIvYXdzEJr host:x', 'x-amz-security-token:*** host:x'],
  ['password=hunter2&x=1', 'password=***&x=1'],
  ['AWS_SECRET_ACCESS_KEY=abc AWS_SESSION_TOKEN=def', 'AWS_SECRET_ACCESS_KEY=*** AWS_SESSION_TOKEN=***'],
  ['aws_secret_access_key = abc', 'aws_secret_access_key = ***'],
  ['api_key=abc', 'api_key=***'],
  ['<SessionToken>abc</SessionToken>', '<SessionToken>***</SessionToken>'],
  ["It does not match. The String-to-Sign should have been 'AWS4-HMAC-SHA256 x'", 'It does not match.'],
  ["The canonical request should have been 'x-amz-security-token:abc'", ''],
])('%s has nothing secret left', (message, expected) => {
  expect(redact(message)).toBe(expected);
});

test.each([
  'The security token included in the request is expired',
  "'team/api:v1' (account 123456789012, Region eu-west-1) does not exist; push it first",
  'ExpiredToken: sign in again',
  'ExpiredTokenException: sign in again',
  'TokenProviderError: sign in again',
  'InvalidClientTokenId: The token is invalid',
  'expected Basic authentication or a Bearer challenge',
  'see: aws ecr list-images --registry-id 123456789012',
])('%s stays', message => {
  expect(redact(message)).toBe(message);
});

test('the signed request, which AWS repeats, goes', () => {
  const message = "The signature does not match. The Canonical String for this request should have been 'POST / (1)\n\nx-amz-security-token:FwoG'";
  expect(redact(message)).toBe('The signature does not match.');
});

/** What makes an expression try again and again, of a length. */
const repeated = (text: string) => (length: number) => text.repeat(length / text.length);
const HOSTILE: [string, (length: number) => string][] = [
  ...['token-', 'a-', '//a', '<token', 'token ', 'token\n', 'bearer ', 'basic', 'authorization: \n', 'expiredtoken', 'token-error', 'error', ' ', '-', 'token=', 'a:'].map(
    text => [JSON.stringify(text), repeated(text)] as [string, (length: number) => string]),
  ['a name and spaces', length => `token${' '.repeat(length)}x`],
  ['a scheme and spaces', length => `token: bearer${' '.repeat(length)},`],
  ['a header and lines', length => `authorization:${'\n'.repeat(length)})`],
  ['a user and colons', length => `//a${':'.repeat(length)}`],
];

test.each(HOSTILE)('%s over and over takes time in proportion', (_, text) => {
  const timeFor = (length: number) => {
    const start = process.hrtime.bigint();
    redact(text(length));
    return Number(process.hrtime.bigint() - start) / 1e6;
  };
  // Sixteen times the text took 250 times as long, and for some 4000 times.
  expect(timeFor(16_384)).toBeLessThan(1_000);
  expect(timeFor(1_048_576)).toBeLessThan(5_000);
});

test('a long name keeps no secret', () => {
  expect(redact(`${'x-'.repeat(500)}token: abc`)).toBe(`${'x-'.repeat(500)}token: ***`);
  expect(redact('a=token=abc')).toBe('a=token=***');
});

test('neither the command of a credential_process nor what it wrote is shown', () => {
  expect(redact('no credentials (Command failed: vault read --pass hunter2\nvault answered hvs.SECRET)')).toBe('no credentials (Command failed');
});
