import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksIn, readPages } from './pages';
import { Shell } from './shell';

const KEY = 'image-digest:123456789012:eu-west-1:api:v1.2.3';
const blocks = blocksIn(readPages(), 'sh').filter(({ flags }) => flags.includes('git'));
const digest = (day: number) => `sha256:${String(day).repeat(64)}`;

let shell: Shell;

beforeAll(async () => {
  shell = new Shell({ GIT_AUTHOR_NAME: 'me', GIT_AUTHOR_EMAIL: 'me@example.com', GIT_COMMITTER_NAME: 'me', GIT_COMMITTER_EMAIL: 'me@example.com', GIT_PAGER: '' });
  await shell.run('git init --quiet --initial-branch main .');
  for (const day of [1, 2, 3]) {
    const lock = { 'acknowledged-issue-numbers': [1], [KEY]: { digest: digest(day), mediaType: 'application/vnd.oci.image.index.v1+json', pushedAt: 'then' } };
    writeFileSync(join(shell.folder, 'cdk.context.json'), JSON.stringify(lock, undefined, 2));
    const date = `2026-11-0${day} 09:00:00 +0000`;
    await shell.run(`git add cdk.context.json; GIT_AUTHOR_DATE='${date}' GIT_COMMITTER_DATE='${date}' git commit --quiet --message 'pin ${day}'`);
  }
});

afterAll(() => shell.remove());

test('there are commands to try', () => {
  expect(blocks).toHaveLength(3);
});

test.each(blocks.filter(({ content }) => content.startsWith('git log')).map(({ content }) => [content]))('%s shows every change of a digest', async command => {
  const { code, output } = await shell.run(command);
  expect([code, [...output.matchAll(/^\+ .*(sha256:\d{64})/gm)].map(([, found]) => found)]).toEqual([0, [3, 2, 1].map(digest)]);
});

test('the lock of a date is that of the last commit before it', async () => {
  const { output } = await shell.run(blocks.find(({ content }) => content.startsWith('commit='))!.content);
  expect(JSON.parse(output)[KEY].digest).toBe(digest(2));
});
