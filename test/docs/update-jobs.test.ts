import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECIPES } from './pages';
import { Shell } from './shell';

/** The last lines of the jobs that open a pull request, with Git itself, and with what stands in for the hosts. */

const REMOTE = 'https://image-lock:secret@gitlab.example.com/acme/api.git';
const BODY = '### Image digests\n\n| image | from | to |\n|---|---|---|\n| `nginx:1.27` | `sha256:1` | `sha256:2` |\n';

let shell: Shell;

/** A file in the folder of the shell. */
const file = (name: string) => join(shell.folder, name);
const read = (name: string) => readFileSync(file(name), 'utf8');

beforeEach(async () => {
  shell = new Shell({});
  const setUp = await shell.run(`
    git init --quiet --bare --initial-branch main origin.git
    git -C origin.git config receive.advertisePushOptions true
    printf '#!/bin/sh\\nenv | grep ^GIT_PUSH_OPTION_ | sort > ../push-options\\n' > origin.git/hooks/post-receive
    chmod +x origin.git/hooks/post-receive
    git clone --quiet origin.git work 2>&1
    mkdir work/deploy
    echo '{}' > work/deploy/cdk.context.json
    cd work
    git config user.name me
    git config user.email me@example.com
    git add . && git commit --quiet --message first && git push --quiet origin HEAD:main
    git config url."$PWD/../origin.git".insteadOf '${REMOTE}'`);
  expect(setUp).toEqual({ code: 0, output: expect.not.stringContaining('fatal') });
  shell.define('gh', `echo "$*" >> ${file('gh-calls')}; if [ "$2" = list ]; then cat ${file('open')}; fi`);
  writeFileSync(file('gh-calls'), '');
  writeFileSync(file('open'), '');
  writeFileSync(file('push-options'), '');
});

afterEach(() => shell.remove());

/** What an earlier job hands over. */
function update(lock: string): void {
  mkdirSync(file('work/deploy'), { recursive: true });
  writeFileSync(file('work/deploy/cdk.context.json'), lock);
  writeFileSync(file('work/deploy/body.md'), BODY);
}

/** What a job does from its look at the difference on, without the indent. */
function commands(recipe: string, from: RegExp): string {
  const text = readFileSync(join(RECIPES, recipe), 'utf8');
  const rest = text.slice(text.search(from));
  const [, indent] = /\n( +)(?:- )?if git diff/.exec(rest)!;
  const lines = rest.split('\n');
  const start = lines.findIndex(line => line.includes('if git diff'));
  const end = lines.findIndex((line, index) => index > start && line !== '' && !line.startsWith(indent.slice(2)));
  return lines.slice(start, end === -1 ? undefined : end).map(line => line.replace(new RegExp(`^ {0,${indent.length}}`), '')).join('\n');
}

const SHOW = 'git -C ../../origin.git show --stat --format=%s update-image-digests --';

describe('on GitHub', () => {
  const script = commands('github-actions-update.yml', /Open the pull request/);
  const run = async () => shell.run(`cd work/deploy; export BRANCH=update-image-digests TITLE='deploy: update image digests' GITHUB_REPOSITORY=acme/api\n${script}`);

  test('a pull request is opened', async () => {
    update('{ "changed": 1 }');
    expect(await run()).toMatchObject({ code: 0 });
    expect(read('gh-calls')).toBe('pr list --head update-image-digests --state open --json number --jq .[].number\n'
      + 'pr create --base main --head update-image-digests --title deploy: update image digests --body-file body.md\n');
    const { output } = await shell.run(`cd work/deploy; ${SHOW}`);
    expect(output).toMatch(/^deploy: update image digests\n\n deploy\/cdk\.context\.json \| .*\n 1 file changed/);
  });

  test('the one that is open is refreshed', async () => {
    update('{ "changed": 1 }');
    await run();
    writeFileSync(file('open'), '7\n');
    await shell.run('cd work; git checkout --quiet origin/main');
    update('{ "changed": 2 }');
    expect(await run()).toMatchObject({ code: 0 });
    expect(read('gh-calls').split('\n').at(-2)).toBe('api --method PATCH repos/acme/api/pulls/7 --field body=@body.md --silent');
    const { output } = await shell.run('git -C origin.git log --format=%s update-image-digests; git -C origin.git show update-image-digests:deploy/cdk.context.json');
    expect(output).toBe('deploy: update image digests\nfirst\n{ "changed": 2 }');
  });

  test('nothing happens when nothing has changed', async () => {
    update('{}\n');
    expect(await run()).toEqual({ code: 0, output: 'The lock stays as it is.\n' });
    expect(read('gh-calls')).toBe('');
  });
});

describe('on GitLab', () => {
  /** The items of a list in YAML, as one script. */
  const script = commands('gitlab-ci.yml', /^propose:/m).replace(/^\s*- \|$/gm, '').replace(/^\s*- '(.*)'$/gm, '$1').replace(/^\s*- /gm, '');
  const variables = 'export GITLAB_USER_NAME=me GITLAB_USER_EMAIL=me@example.com IMAGE_LOCK_TOKEN=secret CI_SERVER_HOST=gitlab.example.com CI_PROJECT_PATH=acme/api';
  const run = async () => shell.run(`cd work/deploy; ${variables}\n${script}`);

  test('a merge request is opened or refreshed, whose text has no line of its own for Git', async () => {
    update('{ "changed": 1 }');
    expect(await run()).toMatchObject({ code: 0 });
    const options = read('push-options').trim().split('\n').map(line => line.replace(/^GIT_PUSH_OPTION_/, ''));
    expect(options).toEqual([
      '0=merge_request.create',
      '1=merge_request.remove_source_branch',
      '2=merge_request.title=deploy: update image digests',
      `3=merge_request.description=${BODY.replaceAll('\n', '\\n')}`,
      'COUNT=4',
    ]);
    const { output } = await shell.run(`cd work/deploy; ${SHOW}`);
    expect(output).toMatch(/^deploy: update image digests\n\n deploy\/cdk\.context\.json \| .*\n 1 file changed/);
  });

  test('nothing happens when nothing has changed', async () => {
    update('{}\n');
    expect(await run()).toEqual({ code: 0, output: 'the lock stays as it is\n' });
    expect(read('push-options')).toBe('');
  });
});
