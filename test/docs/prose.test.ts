import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LINTER = join(__dirname, 'prose', 'lint-prose.mjs');
const folder = mkdtempSync(join(tmpdir(), 'prose-'));

afterAll(() => rmSync(folder, { recursive: true }));

async function lint(markdown: string): Promise<string> {
  const page = join(folder, 'page.md');
  writeFileSync(page, markdown);
  return new Promise(resolve => execFile(process.execPath, [LINTER, page], (_, stdout, stderr) => resolve((stdout + stderr).replaceAll(page, 'page.md'))));
}

test('plain sentences are fine, and code is not read', async () => {
  expect(await lint('# Title\n\nPush the image to GitHub. See `aws ecr` and these:\n\n```sh\naws ecr github whomever\n```\n')).toBe('');
});

test.each([
  ['a term', 'A repository on Github.', 'page.md:1: Incorrect term: “Github”, use “GitHub” instead'],
  ['an owner', 'It lives in AWS ECR now.', 'page.md:1: Incorrect term: “AWS ECR”, use “Amazon ECR” instead'],
  ['a phrase that is wrapped', 'Look up these\nthemselves there.', '“these themselves”'],
  ['a stiff word', 'In the account of whomever it is for.', '“whomever”'],
  ['a riddle', 'There may be other images with other context.', '“other images with other context”'],
  ['a verb beside the noun', 'The name stands in for the digest.', '“stands in for”'],
  ['a long sentence', `A ${'very '.repeat(50)}long sentence.`, 'exceeds the maximum sentence length'],
])('%s is noticed', async (_, sentence, problem) => {
  expect(await lint(`${sentence}\n`)).toContain(problem);
});
