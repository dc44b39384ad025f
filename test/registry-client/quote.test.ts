import { oneLine, quote } from '../../src/registry-client/quote';

test('a quote is one line, without controls and what reorders characters', () => {
  expect(oneLine(' linux\u202e/46dma\u2066\n\u200b\u001b[31mred\u0007 ')).toBe('linux/46dma [31mred');
});

test('a quote has an end, and half a secret is none', () => {
  expect(quote('a'.repeat(1_000))).toBe('a'.repeat(1_000));
  expect(quote('a'.repeat(1_001))).toBe(`${'a'.repeat(1_000)}…`);
  expect(quote(`see https://user:${'p'.repeat(2_000)}@host`)).toBe('see https://***@host');
});
