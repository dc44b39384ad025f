import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECIPES } from './pages';
import { Shell } from './shell';

/** The jobs that push a lock, with Git itself, and with what stands in for the hosts. */

const REMOTE = 'https://image-lock:secret@gitlab.example.com/acme/api.git';
const BODY = '### Image digests\n\n| image | from | to |\n|---|---|---|\n| `nginx:1.27` | `sha256:1` | `sha256:2` |\n';

let shell: Shell;

/** A file in the folder of the shell. */
const file = (name: string) => join(shell.folder, name);
const read = (name: string) => readFileSync(file(name), 'utf8');

beforeEach(async () => {
  shell = new Shell({});
  const setUp = await shell.run(`
    export GIT_CONFIG_GLOBAL=$PWD/gitconfig
    git config --global url."$PWD/origin.git".insteadOf '${REMOTE}'
    git init --quiet --bare --initial-branch main origin.git
    git -C origin.git config receive.advertisePushOptions true
    printf '#!/bin/sh\\nenv | grep ^GIT_PUSH_OPTION_ | sort > ../push-options\\n' > origin.git/hooks/post-receive
    chmod +x origin.git/hooks/post-receive
    git clone --quiet origin.git work 2>&1
    mkdir work/deploy
    echo '{}' > work/deploy/cdk.context.json
    echo 'git-1' > work/deploy/api.tag
    cd work
    git config user.name me
    git config user.email me@example.com
    git add . && git commit --quiet --message first && git push --quiet origin HEAD:main`);
  expect(setUp).toEqual({ code: 0, output: expect.not.stringContaining('fatal') });
  shell.define('gh', `echo "$*" >> ${file('gh-calls')}; if [ "$2" = list ]; then cat ${file('open')}; fi`);
  writeFileSync(file('gh-calls'), '');
  writeFileSync(file('open'), '');
  writeFileSync(file('push-options'), '');
});

afterEach(() => shell.remove());

/** The text of a job, without its indent. */
function job(recipe: string, name: string): string {
  const [, indent, body] = new RegExp(`^( *)${name}:\\n((?:\\1  .*\\n|\\n)+)`, 'm').exec(readFileSync(join(RECIPES, recipe), 'utf8'))!;
  return body.replace(new RegExp(`^${indent}  `, 'gm'), '');
}

interface Job {
  /** Where it gets the artifact. */
  readonly artifact: string;
  run(): ReturnType<Shell['run']>;
}

/** A job whose last step has the commands. */
function gitHubJob(recipe: string, name: string): Job {
  const text = job(recipe, name);
  const [, path] = /^ +path: (.*)$/m.exec(text)!;
  const script = text.slice(text.lastIndexOf('run: |\n') + 'run: |\n'.length).replace(/^ {6}/gm, '');
  return {
    artifact: path.startsWith('${{ runner.temp }}') ? path.replace('${{ runner.temp }}', 'temp') : `work/${path}`,
    run: async () => shell.run(`export GIT_CONFIG_GLOBAL=$PWD/gitconfig RUNNER_TEMP=$PWD/temp GITHUB_STEP_SUMMARY=$PWD/summary
      export BRANCH=update-image-digests TITLE='deploy: update image digests' TAG=git-2 GITHUB_REPOSITORY=acme/api GITHUB_SERVER_URL=https://github.com
      cd work/deploy\n${script}`),
  };
}

/** A job whose commands are items of a list: plain, quoted, folded or as they are. */
function gitLabJob(name: string): Job {
  const script = job('gitlab-ci.yml', name).split(/^script:\n/m)[1].replace(/^ {2}- \|$/gm, '').replace(/^ {2}- '(.*)'$/gm, '$1').replace(/^ {2}- /gm, '');
  return {
    artifact: 'work/deploy',
    run: async () => shell.run(`export GIT_CONFIG_GLOBAL=$PWD/gitconfig CI_PROJECT_DIR=$PWD/work CI_COMMIT_SHA=$(git -C work rev-parse HEAD) TMPDIR=$PWD
      export GITLAB_USER_NAME=me GITLAB_USER_EMAIL=me@example.com IMAGE_LOCK_TOKEN=secret CI_SERVER_HOST=gitlab.example.com CI_PROJECT_PATH=acme/api
      export CI_PROJECT_URL=https://gitlab.example.com/acme/api TAG=git-2
      cd work\n${script}`),
  };
}

/** What an earlier job hands over. */
function handOver({ artifact }: Job, lock: string, body = BODY): void {
  mkdirSync(file(artifact), { recursive: true });
  writeFileSync(file(`${artifact}/cdk.context.json`), lock);
  writeFileSync(file(`${artifact}/api.tag`), 'git-2\n');
  writeFileSync(file(`${artifact}/body.md`), body);
}

const show = async (branch: string) => (await shell.run(`git -C origin.git show --stat --format=%s ${branch} --`)).output;
const PROPOSED = /^deploy: update image digests\n\n deploy\/cdk\.context\.json \| .*\n 1 file changed/;

describe('on GitHub', () => {
  const propose = gitHubJob('github-actions-update.yml', 'propose');
  const LISTED = 'pr list --head update-image-digests --state open --json number,isCrossRepository --jq .[] | select(.isCrossRepository | not) | .number\n';

  test('a pull request is opened', async () => {
    handOver(propose, '{ "changed": 1 }');
    expect(await propose.run()).toMatchObject({ code: 0 });
    expect(read('gh-calls')).toBe(`${LISTED}pr create --base main --head update-image-digests --title deploy: update image digests --body-file ${file('temp/body.md')}\n`);
    expect(read('temp/body.md')).toBe(BODY);
    expect(await show('update-image-digests')).toMatch(PROPOSED);
  });

  test('the one that is open is refreshed', async () => {
    handOver(propose, '{ "changed": 1 }');
    await propose.run();
    writeFileSync(file('open'), '7\n');
    await shell.run('cd work; git checkout --quiet origin/main');
    handOver(propose, '{ "changed": 2 }');
    expect(await propose.run()).toMatchObject({ code: 0 });
    expect(read('gh-calls').split('\n').at(-2)).toBe(`api --method PATCH repos/acme/api/pulls/7 --field body=@${file('temp/body.md')} --silent`);
    const { output } = await shell.run('git -C origin.git log --format=%s update-image-digests; git -C origin.git show update-image-digests:deploy/cdk.context.json');
    expect(output).toBe('deploy: update image digests\nfirst\n{ "changed": 2 }');
  });

  test('a text that is too long for GitHub is cut', async () => {
    handOver(propose, '{ "changed": 1 }', 'a'.repeat(140_000));
    expect(await propose.run()).toMatchObject({ code: 0 });
    expect(read('temp/body.md')).toHaveLength(60_000);
  });

  test('nothing happens when nothing has changed', async () => {
    handOver(propose, '{}\n');
    expect(await propose.run()).toEqual({ code: 0, output: 'The lock stays as it is.\n' });
    expect(read('gh-calls')).toBe('');
  });
});

describe('on GitLab', () => {
  const propose = gitLabJob('propose');

  test('a merge request is opened or refreshed, whose text has no line of its own for Git', async () => {
    handOver(propose, '{ "changed": 1 }');
    expect(await propose.run()).toMatchObject({ code: 0 });
    const options = read('push-options').trim().split('\n').map(line => line.replace(/^GIT_PUSH_OPTION_/, ''));
    expect(options).toEqual([
      '0=merge_request.create',
      '1=merge_request.remove_source_branch',
      '2=merge_request.title=deploy: update image digests',
      `3=merge_request.description=${BODY.replaceAll('\n', '\\n')}`,
      'COUNT=4',
    ]);
    expect(await show('update-image-digests')).toMatch(PROPOSED);
  });

  test('a text that is too long for Git is cut', async () => {
    handOver(propose, '{ "changed": 1 }', 'a line\n'.repeat(20_000));
    expect(await propose.run()).toMatchObject({ code: 0 });
    expect(read('push-options').length).toBeGreaterThan(60_000);
  });

  test('nothing happens when nothing has changed', async () => {
    handOver(propose, '{}\n');
    expect(await propose.run()).toEqual({ code: 0, output: 'the lock stays as it is\n' });
    expect(read('push-options')).toBe('');
  });
});

const MONITOR = 'git config core.fsmonitor "echo ran > $RAN; false"';
const REPOSITORIES = [
  ['a repository', `git init --quiet . && ${MONITOR}`],
  ['a bare repository', `git init --quiet --bare . && git config core.bare false && git config core.worktree . && ${MONITOR}`],
];
/** Of the folder that GitLab unpacks artifacts over. */
const CHECKOUT = [
  ['settings of Git', `cd "$CHECKOUT" && ${MONITOR}`],
  ['hooks', `cd "$CHECKOUT/.git/hooks"
    for hook in pre-commit post-checkout pre-push; do printf '#!/bin/sh\\necho ran > %s\\n' "$RAN" > $hook; chmod +x $hook; done`],
];

describe.each([
  ['pin on GitHub', gitHubJob('github-actions-build.yml', 'pin'), 'pin-git-2'],
  ['propose on GitHub', gitHubJob('github-actions-update.yml', 'propose'), 'update-image-digests'],
  ['pin on GitLab', gitLabJob('pin'), 'pin-git-2'],
  ['propose on GitLab', gitLabJob('propose'), 'update-image-digests'],
])('the job %s', (_, pushing, branch) => {
  beforeEach(() => handOver(pushing, '{ "changed": 1 }'));

  test('pushes the lock', async () => {
    expect(await pushing.run()).toMatchObject({ code: 0 });
    expect(await show(branch)).toMatch(/^deploy: .*\n\n( deploy\/api\.tag .*\n)? deploy\/cdk\.context\.json /);
  });

  test.each(pushing.artifact.startsWith('work/') ? [...REPOSITORIES, ...CHECKOUT] : REPOSITORIES)('runs nothing of an artifact with %s', async (__, poison) => {
    expect(await shell.run(`export RAN=$PWD/ran CHECKOUT=$PWD/work; cd ${pushing.artifact}; ${poison}`)).toMatchObject({ code: 0 });
    await pushing.run();
    expect(existsSync(file('ran'))).toBe(false);
    expect(await show(branch)).toContain('deploy/cdk.context.json');
  });

  test('follows no link of an artifact', async () => {
    writeFileSync(file('secret'), 'secret of the job');
    for (const name of ['cdk.context.json', 'body.md', 'api.tag']) {
      await shell.run(`rm ${pushing.artifact}/${name}`);
      symlinkSync(file('secret'), file(`${pushing.artifact}/${name}`));
    }
    expect((await pushing.run()).code).not.toBe(0);
    expect(await show(branch)).toMatch(/unknown revision|bad revision/);
    expect(read('gh-calls') + read('push-options')).toBe('');
  });
});
