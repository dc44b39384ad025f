import { ProcessContext } from '../../../src/cli/terminal/process-context';
import { Report, withProgress } from '../../../src/cli/terminal/report';

const wait = (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds));

async function linesFor(isTTY: boolean, milliseconds: number) {
  jest.useFakeTimers();
  const write = jest.fn();
  const working = withProgress('asking…', { isTTY, write }, async () => wait(milliseconds));
  await jest.advanceTimersByTimeAsync(milliseconds);
  await working;
  await jest.advanceTimersByTimeAsync(5_000);
  jest.useRealTimers();
  return write.mock.calls.flat();
}

test.each([
  [true, 1_500, ['asking…\n']],
  [true, 900, []],
  [false, 1_500, []],
])('on a terminal (%s), work of %d ms has the lines %j', async (isTTY, milliseconds, lines) => {
  expect(await linesFor(isTTY, milliseconds)).toEqual(lines);
});

test('what would act on a terminal, or reorder its characters, is left out', () => {
  const write = jest.fn();
  const output = { isTTY: false, write };
  new Report({ stdout: output, env: {} } as unknown as ProcessContext, 'text').table(['a'], [['\u001b[31mlinux\u202e/\u200b46dma']]);
  expect(write.mock.calls.flat()).toEqual(['a\n', '[31mlinux/46dma\n']);
});
