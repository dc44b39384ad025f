/** Runs linters of other ecosystems over the guides and the pipelines in them, and looks at the pages where people read them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureGoTool } from './go-tools';
import { Block, blocksIn, readPages, RECIPES, ROOT } from './pages';
import { gitLabPipelineWithLock, workflowWithLock } from './promotion-with-lock';
import { DOCS_ENVIRONMENT, RENDERING_ENVIRONMENT } from './python-tools';
import { readTexts, renderingProblems } from './rendering/rendering';
import { ensurePythonEnvironment } from '../../emulator/python-environment';
import { pathOf } from '../registry-client/tools';

const run = promisify(execFile);

const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';
/** The backticks in the quotes of a query are JMESPath's. */
const QUOTED_BACKTICKS = 'SC2016';
/** Nobody has made the virtual environment here whose script is sourced. */
const SOURCED_FILES = 'SC1091';
const SHELL_OPTIONS = [`--exclude=${QUOTED_BACKTICKS},${SOURCED_FILES}`, '--color=never', '--format=gcc'];
const YAML_RULES = '{extends: default, rules: {document-start: disable, line-length: {max: 150}, truthy: {check-keys: false}, comments: disable}}';

const PROSE = join(__dirname, 'prose', 'lint-prose.mjs');

class Problem extends Error {}

async function main(): Promise<void> {
  needs('shellcheck', 'checking the shell blocks', 'on Debian and Ubuntu: apt-get install shellcheck');
  needs('go', 'checking the workflows', 'a release of Go, 1.25 or newer');
  needs('chromium', 'looking at the pages', 'on Debian and Ubuntu: apt-get install chromium');
  const python = await ensurePythonEnvironment(console.log, DOCS_ENVIRONMENT);
  const renderers = await ensurePythonEnvironment(console.log, RENDERING_ENVIRONMENT);
  const actionlint = await ensureGoTool(ACTIONLINT);
  const scratch = await mkdtemp(join(tmpdir(), 'lint-docs-'));
  try {
    const pages = readPages();
    const paths = pages.map(({ path }) => path);
    const recipes = (await readdir(RECIPES)).map(name => join(RECIPES, name));
    const workflows = recipes.filter(file => /\/github-actions[^/]*$/.test(file));
    const dependabot = recipes.filter(file => /\/dependabot\.yml$/.test(file));
    const gitlab = recipes.filter(file => /\/gitlab-ci[^/]*$/.test(file));
    const workflowPromoting = join(scratch, 'promote-with-lock.yml');
    const gitlabPromoting = join(scratch, 'gitlab-promote-with-lock.yml');
    await writeFile(workflowPromoting, workflowWithLock());
    await writeFile(gitlabPromoting, gitLabPipelineWithLock());
    const sh = await writeBlocks(blocksIn(pages, 'sh'), scratch, 'sh');
    const bash = await writeBlocks(blocksIn(pages, 'bash'), scratch, 'bash');
    const yaml = await writeBlocks(blocksIn(pages, 'yaml', 'yml'), scratch, 'yaml');
    const scripts = await writeScripts(gitlab, python, scratch);

    const outcomes = await Promise.all([
      lint(`shellcheck: ${sh.length} blocks for any shell`, 'shellcheck', ['--shell=sh', ...SHELL_OPTIONS, ...sh], scratch),
      lint(`shellcheck: ${bash.length} blocks for Bash`, 'shellcheck', ['--shell=bash', ...SHELL_OPTIONS, ...bash], scratch),
      lint(`shellcheck: the scripts of ${scripts.length} GitLab jobs`, 'shellcheck', ['--shell=bash', ...SHELL_OPTIONS, ...scripts], scratch),
      lint(`yamllint: ${yaml.length} YAML blocks`, python, ['-m', 'yamllint', '--strict', '-f', 'parsable', '-d', YAML_RULES, ...yaml], scratch),
      lint(`yamllint: ${recipes.length} pipelines`, python, ['-m', 'yamllint', '--strict', '-f', 'parsable', '-d', YAML_RULES, ...recipes], scratch),
      lint(`actionlint: ${workflows.length + 1} workflows`, actionlint, ['-no-color', '-oneline', '-shellcheck=shellcheck', ...workflows, workflowPromoting], scratch),
      lint('the schema of GitHub workflows', python, ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.github-workflows', ...workflows, workflowPromoting], scratch),
      lint('the schema of Dependabot', python, ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.dependabot', ...dependabot], scratch),
      lint('the schema of GitLab pipelines', python, ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.gitlab-ci', ...gitlab, gitlabPromoting], scratch),
      lint(`prose: ${paths.length} pages`, process.execPath, [PROSE, ...paths], ROOT),
      lookAt(paths, renderers),
      parseJson(blocksIn(pages, 'json')),
    ]);
    if (outcomes.includes(false)) {
      throw new Problem('the guides have problems; see above');
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function needs(command: string, purpose: string, source: string): void {
  if (pathOf(command) === undefined) {
    throw new Problem(`${command} is not on the PATH, and is needed for ${purpose}; install it (${source})`);
  }
}

/** Writes each block to a file in which its lines have the numbers that they have in the page. */
async function writeBlocks(blocks: Block[], folder: string, extension: string): Promise<string[]> {
  return Promise.all(blocks.map(async ({ page, line, content }) => {
    const file = `${page.replaceAll('/', '-')}.${line}.${extension}`;
    await writeFile(join(folder, file), '#\n'.repeat(line) + content);
    return file;
  }));
}

/** Writes the commands of each job of a pipeline to a file, as GitLab runs them one after the other. */
async function writeScripts(pipelines: string[], python: string, folder: string): Promise<string[]> {
  const written = await Promise.all(pipelines.map(async pipeline => {
    const { stdout } = await run(python, ['-c', 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))', pipeline]);
    const jobs = Object.entries<Record<string, string[]>>(JSON.parse(stdout)).filter(([, job]) => Array.isArray(job?.script));
    return Promise.all(jobs.map(async ([name, { before_script: before = [], script }]) => {
      const file = `${basename(pipeline, '.yml')}-${name.replace(/\W/g, '-')}.sh`;
      await writeFile(join(folder, file), ['set -eo pipefail', ...before, ...script, ''].join('\n'));
      return file;
    }));
  }));
  return written.flat();
}

async function lint(what: string, command: string, args: string[], folder: string): Promise<boolean> {
  try {
    await run(command, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
    console.log(`${what}: fine`);
    return true;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    console.log(`${what}: PROBLEMS\n${`${stdout}${stderr}`.trim() || message}`);
    return false;
  }
}

async function lookAt(paths: string[], renderers: string): Promise<boolean> {
  const problems = await renderingProblems(await readTexts(paths), renderers, pathOf('chromium')!);
  console.log([`rendered: ${paths.length} pages: ${problems.length === 0 ? 'fine' : 'PROBLEMS'}`, ...problems].join('\n'));
  return problems.length === 0;
}

function parseJson(blocks: Block[]): boolean {
  const problems = blocks.flatMap(({ page, line, content }) => {
    try {
      JSON.parse(content);
      return [];
    } catch (error) {
      return `${page}:${line}: ${(error as Error).message}`;
    }
  });
  console.log([`JSON: ${blocks.length} blocks: ${problems.length === 0 ? 'fine' : 'PROBLEMS'}`, ...problems].join('\n'));
  return problems.length === 0;
}

main().catch(error => {
  console.error(error instanceof Problem ? `lint:docs: ${error.message}` : error);
  process.exitCode = 1;
});
