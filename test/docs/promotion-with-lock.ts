import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECIPES } from './pages';

/** The pipelines that promote, with what the guide adds to them: the lock and the deployment. */

const recipe = (name: string) => readFileSync(join(RECIPES, name), 'utf8');

/** What defines jobs in a pipeline, a text for each. */
function jobsIn(text: string, indent: string): Map<string, string> {
  const parts = text.split(new RegExp(`^(?=${indent}[\\w.]+:\\n)`, 'm'));
  return new Map(parts.map(part => [part.slice(0, part.indexOf(':')).trim(), part]));
}

export function workflowWithLock(): string {
  const [, jobs] = recipe('github-actions-build.yml').split('\njobs:\n');
  const { lock, pin } = Object.fromEntries(jobsIn(jobs, '  '));
  return recipe('github-actions-promote.yml').replace('\nenv:\n', "\nenv:\n  NPM_CONFIG_YES: 'false'\n") + lock.replace('needs: push', 'needs: promote') + pin;
}

export function gitLabPipelineWithLock(): string {
  const jobs = [...jobsIn(recipe('gitlab-ci.yml'), '')].filter(([name]) => /^(lock|pin|check|verify|update|propose|deploy)$/.test(name));
  return [
    recipe('gitlab-ci-promote.yml')
      .replace(/^stages: .*$/m, 'stages: [build, test, promote, pin, check, deploy]')
      .replace('\nvariables:\n', "\nvariables:\n  NPM_CONFIG_YES: 'false'\n"),
    ...jobs.map(([, text]) => `${text.trimEnd()}\n`),
  ].join('\n');
}
