import { readRetryAfter } from '../../src/registry-client/retry-after';

beforeAll(() => jest.useFakeTimers({ now: Date.parse('2027-12-31T23:59:00Z') }));
afterAll(() => jest.useRealTimers());

test.each([
  ['0', 0],
  ['30', 30_000],
  ['999999', 999_999_000],
  ['Fri, 31 Dec 2027 23:59:59 GMT', 59_000],
  ['Friday, 31-Dec-27 23:59:59 GMT', 59_000],
  ['Fri, 31 Dec 2027 23:58:00 GMT', 0],
])('%s is %d milliseconds', (header, milliseconds) => {
  expect(readRetryAfter(header)).toBe(milliseconds);
});

test.each([undefined, '', '-1', '1.5', '1234567', 'swordfish', 'swordfish GMT', '2027-12-31', 'Fri, 31 Dec 9999 23:59:59 GMT'])('%s is no time', header => {
  expect(readRetryAfter(header)).toBeUndefined();
});
