import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ts from 'typescript';
import { Block, blocksIn, fileOf, readPages } from './pages';
import * as library from '../../src';

/** The app that the guides for CI assume, put together from their blocks and synthesized. */

const DIGEST = `sha256:${'1'.repeat(64)}`;
const API = 'image-digest:123456789012:eu-west-1:api:git-1234';
const PROXY = 'image-digest:oci:public.ecr.aws:nginx%2Fnginx:1.27';
const LOCK = { [API]: { digest: DIGEST }, [PROXY]: { digest: DIGEST } };

const pages = readPages();
const files = (page: string) => new Map(blocksIn(pages, 'ts').filter(block => block.page === page && fileOf(block)).map(block => [fileOf(block)!, block]));
const onGitHub = files('docs/ci-github-actions.md');

/** The assembly of the app that one of the files makes, with what is in cdk.context.json. */
function synthesize(app: Map<string, Block>, bin: string, context: object) {
  const apps: cdk.App[] = [];
  class App extends cdk.App {
    constructor() {
      super({ context: { ...context } });
      apps.push(this);
    }
  }
  const given: Record<string, unknown> = {
    'node:fs': { readFileSync: (file: string) => ({ 'api.tag': 'git-1234\n' })[file] },
    'aws-cdk-lib/core': { ...cdk, App },
    'cdk-secure-repository': library,
  };
  const load = (file: string): unknown => {
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(app.get(file)!.content, { compilerOptions });
    const exported = {};
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const required = (name: string) => name.startsWith('.') ? load(`${join(file, '..', name)}.ts`) : given[name] ?? require(name);
    new Function('require', 'exports', outputText.replace(/^#!.*/, ''))(required, exported);
    return exported;
  };
  load(bin);
  return apps[0].synth();
}

describe.each([
  ['GitHub', onGitHub, 'token.actions.githubusercontent.com'],
  ['GitLab', new Map([...onGitHub, ...files('docs/ci-gitlab.md')]), 'gitlab.com'],
] as const)('the app for %s', (_, app, issuer) => {
  test('has repositories and roles that look nothing up', () => {
    const { stacks, manifest } = synthesize(app, 'bin/setup.ts', {});
    expect(manifest.missing).toBeUndefined();
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['Images', 'Pipeline']);

    const [images, pipeline] = stacks.map(({ template }) => Template.fromJSON(template));
    expect(Object.values(images.findResources('AWS::ECR::Repository')).map(({ Properties }) => Properties.RepositoryName)).toEqual(['api', 'api-dev']);
    const roles = Object.values(pipeline.findResources('AWS::IAM::Role')).map(({ Properties }) => Properties);
    expect(roles.map(({ RoleName }) => RoleName)).toEqual(['api-push', 'api-verify', 'api-deploy']);
    for (const { AssumeRolePolicyDocument: { Statement: [{ Condition }] } } of roles) {
      expect(Object.keys(Condition)).toEqual(['StringEquals']);
      expect(JSON.stringify(Condition.StringEquals[`${issuer}:sub`])).toMatch(/main/);
    }
  });

  test('has a service that runs what is in the lock, and looks nothing up then', () => {
    const { stacks: [service], manifest } = synthesize(app, 'bin/deploy.ts', LOCK);
    expect(manifest.missing).toBeUndefined();
    expect(JSON.stringify(service.template).split(`@${DIGEST}`)).toHaveLength(3);
  });

  test('misses both pins, and nothing else, before the first lock', () => {
    const { manifest } = synthesize(app, 'bin/deploy.ts', {});
    expect(manifest.missing!.map(({ key }) => key).sort()).toEqual([API, PROXY]);
  });
});

test('the guide shows every file in TypeScript that it lists', () => {
  const [listed] = blocksIn(pages, 'text').filter(({ page }) => page === 'docs/ci-github-actions.md');
  const paths = listed.content.split('\n').map(line => line.split(' ')[0]);
  expect(paths.filter(path => path.endsWith('.ts')).sort()).toEqual([...onGitHub.keys()].map(file => `deploy/${file}`).sort());
});
