import { reasonOf, redact } from '../../../src/cli/terminal/redact';

test.each([
  ['https://user:pa55@registry.test/v2/', 'https://***@registry.test/v2/'],
  ['authorization: Bearer eyJhbGciOi.J9', 'authorization: ***'],
  ['no access (Authorization=AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=0), sign in', 'no access (Authorization=***), sign in'],
  ['sent Basic dXNlcjpwYXNzd29yZA==', 'sent Basic ***'],
  ['{"token":"abc"}', '{"token":***"}'],
  ['x-amz-security-token:FwoGZXIvYXdzEJr host:x', 'x-amz-security-token:*** host:x'],
  ['password=hunter2&x=1', 'password=***&x=1'],
])('%s has nothing secret left', (message, expected) => {
  expect(redact(message)).toBe(expected);
});

test.each([
  'The security token included in the request is expired',
  "'team/api:v1' (account 123456789012, Region eu-west-1) does not exist; push it first",
  'ExpiredToken: sign in again',
  'expected Basic authentication or a Bearer challenge',
  'see: aws ecr list-images --registry-id 123456789012',
])('%s stays', message => {
  expect(redact(message)).toBe(message);
});

test('the signed request, which AWS repeats, goes', () => {
  const message = 'ecr:DescribeImages failed (InvalidSignatureException: The signature does not match. The Canonical String for this request '
    + "should have been 'POST / x-amz-security-token:FwoG'); sign in again";
  expect(redact(message)).toBe('ecr:DescribeImages failed (InvalidSignatureException: The signature does not match.); sign in again');
  expect(redact(message.replace('; sign in again', ''))).toBe('ecr:DescribeImages failed (InvalidSignatureException: The signature does not match.)');
});

test.each([
  [new Error('one\n  two'), 'one two'],
  [new TypeError(), 'TypeError'],
  ['text', 'text'],
])('%s is one line', (error, expected) => {
  expect(reasonOf(error)).toBe(expected);
});
