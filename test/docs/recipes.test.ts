import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksIn, linksOf, readPages, RECIPES } from './pages';
import { gitLabPipelineWithLock } from './promotion-with-lock';

const inPages = blocksIn(readPages(), 'yaml', 'yml').map(({ content }) => content);
const recipes = readdirSync(RECIPES).map(name => readFileSync(join(RECIPES, name), 'utf8'));

test.each(readdirSync(RECIPES))('%s is in a guide as it is, with a link to the file', name => {
  const content = readFileSync(join(RECIPES, name), 'utf8');
  expect(inPages).toContain(content);
  expect(readPages().filter(({ blocks }) => blocks.some(block => block.content === content)).flatMap(linksOf)).toContain(`recipes/${name}`);
});

test('the pipeline for GitLab that promotes and deploys has all stages and jobs that its jobs name', () => {
  const pipeline = gitLabPipelineWithLock();
  const jobs = [...pipeline.matchAll(/^(\w+):\n {2}(?:extends|stage):/gm)].map(([, name]) => name);
  expect(jobs).toEqual(['build', 'test', 'promote', 'lock', 'pin', 'check', 'verify', 'update', 'propose', 'deploy']);
  const [, stages] = /^stages: \[(.*)\]$/m.exec(pipeline)!;
  expect([...new Set([...pipeline.matchAll(/^ {2}stage: (\w+)$/gm)].map(([, stage]) => stage))].sort()).toEqual(stages.split(', ').sort());
  expect([...pipeline.matchAll(/^ {2}needs: \[(\w+)\]$/gm)].map(([, name]) => name).filter(name => !jobs.includes(name))).toEqual([]);
  expect(readPages().find(({ path }) => path === 'docs/promotion.md')!.prose).toContain(`\`stages: [${stages}]\``);
});

describe('the actions of the workflows', () => {
  /** What workflows use, in the order in which they do, with the comment behind it. */
  const usedBy = (...workflows: string[]) => workflows.flatMap(text => [...text.matchAll(/^[^#\n]*?\buses["']?[ ]*:[ ]*(.*?)[ }]*$/gm)].map(([, used]) => used));
  const isPinned = (used: string) => /^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used);
  const used = usedBy(...recipes, ...inPages);

  test('are pinned by the SHA of a commit, with the version behind it', () => {
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter(action => !isPinned(action))).toEqual([]);
  });

  test('are the same everywhere', () => {
    const [pins, actions] = [new Set(used), new Set(used.map(action => action.split('@')[0]))];
    expect([...pins].map(pin => pin.split('@')[0]).sort()).toEqual([...actions].sort());
  });

  test.each(['actions/checkout@v7', 'actions/checkout@v7.0.1 # v7.0.1', `actions/checkout@${'0'.repeat(40)}`, `actions/checkout@${'0'.repeat(40)} # v7`])(
    '%s would be noticed, however it is written', action => {
      for (const step of [`- uses: ${action}`, `- "uses": ${action}`, `- { uses: ${action} }`]) {
        expect(usedBy(`    steps:\n      ${step}\n`).filter(each => !isPinned(each))).toEqual([action]);
      }
    });
});

test('the guide says what each job of the workflows may do', () => {
  const found = readdirSync(RECIPES).filter(name => /^github-actions-(build|deploy|update)/.test(name)).flatMap(name => {
    const [head, body] = readFileSync(join(RECIPES, name), 'utf8').split('\njobs:\n');
    expect(head).toMatch(/^permissions: \{\}$/m);
    return body.split(/^(?=  \w+:\n)/m).map(job => {
      const [, granted] = /^    permissions:\n((?: {6}.*\n)+)/m.exec(job)!;
      const to = (scope: string) => new RegExp(`^ {6}${scope}: (\\w+)$`, 'm').exec(granted)?.[1] ?? 'none';
      const [, role] = /:role\/(\S+)/.exec(job) ?? [undefined, undefined];
      expect(granted.trim().split('\n')).toHaveLength(['contents', 'id-token', 'pull-requests'].filter(scope => to(scope) !== 'none').length);
      return [/\w+/.exec(job)![0], to('contents'), to('id-token'), to('pull-requests'), role ?? 'none', job.includes('npm ci') ? 'yes' : 'no'];
    });
  });
  // Jobs of one name in two workflows may do the same.
  const jobs = [...new Set(found.map(job => JSON.stringify(job)))].map(job => JSON.parse(job) as string[]);
  const { prose } = readPages().find(({ path }) => path === 'docs/ci-github-actions.md')!;
  const table = [...prose.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(([, job, cells]) => [job, ...cells.split('|').map(cell => cell.trim().replace(/`/g, ''))]);

  const withDockerfile = jobs.map(job => job[0] === 'push' ? [...job.slice(0, -1), 'what the Dockerfile runs'] : job);
  expect(table.sort()).toEqual(withDockerfile.sort());
});
