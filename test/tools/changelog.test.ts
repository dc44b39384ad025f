import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changelog } from '../../tools/changelog';

let folder: string;

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com', '-c', 'commit.gpgsign=false', '-c', 'tag.gpgsign=false', ...args], {
    cwd: folder,
    env: { ...process.env, GIT_COMMITTER_DATE: '2026-03-04T05:06:07Z' },
    stdio: 'ignore',
  });
}

function commit(...messages: string[]): void {
  messages.forEach(message => git('commit', '--allow-empty', '-m', message));
}

function sections(): string[] {
  return changelog(folder).split(/^(?=## )/m).slice(1).map(section => section.trim());
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'changelog-'));
  git('init');
});

afterEach(() => rmSync(folder, { recursive: true }));

test('what is for users is told in groups, the newest first, and the rest is not', () => {
  commit('feat: one', 'fix(cli): two', 'docs: three', 'chore(deps): four', 'feat: five', 'perf: six', 'Seven', 'fix:eight');
  expect(sections()).toEqual(['## Unreleased\n\n### Features\n\n- five\n- one\n\n### Fixes\n\n- **cli:** two\n\n### Performance\n\n- six']);
});

test('each release has a section of its own, with the day of its last commit', () => {
  commit('feat: first');
  git('tag', 'v0.1.0');
  commit('fix: second');
  git('tag', '-a', 'v0.1.1', '-m', 'v0.1.1');
  git('tag', 'other');
  expect(sections()).toEqual(['## 0.1.1 (2026-03-04)\n\n### Fixes\n\n- second', '## 0.1.0 (2026-03-04)\n\n### Features\n\n- first']);
  commit('docs: changelog');
  expect(sections()).toHaveLength(2);
  commit('feat: third');
  expect(sections()[0]).toBe('## Unreleased\n\n### Features\n\n- third');
});

test('breaking changes stand on top, whatever they are of', () => {
  commit(
    'refactor!: another name',
    'feat: new rules\n\nMore on that.\n\nBREAKING CHANGE: the old rules are\ngone\n\nRefs: #1',
    'fix(cli)!: exit code\n\nBREAKING-CHANGE: it is 2\nRefs: #2',
  );
  expect(sections()).toEqual(['## Unreleased\n\n### Breaking changes\n\n- **cli:** it is 2\n- the old rules are gone\n- another name\n\n'
    + '### Features\n\n- new rules\n\n### Fixes\n\n- **cli:** exit code']);
});
