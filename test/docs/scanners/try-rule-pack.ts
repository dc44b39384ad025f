/** Tries what docs/guardrails.md says about cdk-nag. It runs with the newest CDK, in a copy of the project. The argument is a folder for assemblies. */
import { deepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import { ContainerImagePolicy } from '../../../src';
import { nameEverywhere } from '../../policy/every-place';

interface Report {
  readonly pluginName: string;
  readonly violations: Violation[];
}

interface Violation {
  readonly ruleName: string;
  readonly violatingConstructs: { readonly constructPath: string }[];
}

interface Acknowledgment {
  readonly id: string;
  readonly reason: string;
}

/** What is newer than what the project is compiled with, or not in it. */
const load = createRequire(__filename);
const { Validations } = cdk as unknown as {
  Validations: {
    of(scope: unknown): {
      addPlugins(plugin: unknown): void;
      acknowledge(...rules: Acknowledgment[]): void;
    };
  };
};
const { guard } = load('./pages/beside-cdk-nag') as { guard(app: cdk.App): void };
const { ContainerImageChecks } = load('./pages/container-image-checks') as { ContainerImageChecks: new (app: cdk.App) => unknown };

const IMAGE = 'public.ecr.aws/xray/aws-xray-daemon:latest';
const LOGGING = 'AwsSolutions-ECS7';
const [folder] = process.argv.slice(2);

/** What the CDK reports, by plugin, and the template of the stack. */
function synthesized(name: string, build: (app: cdk.App, stack: cdk.Stack) => void) {
  const outdir = join(folder, name);
  const app = new cdk.App({ outdir, context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
  build(app, new cdk.Stack(app, 'Service'));
  app.synth();
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  const found = (plugin: string): Violation[] => pluginReports.filter((report: Report) => report.pluginName === plugin)
    .flatMap(({ violations }: Report) => violations);
  return {
    rules: (plugin: string) => found(plugin).map(({ ruleName }) => ruleName).sort(),
    paths: (plugin: string) => found(plugin).flatMap(violation => violation.violatingConstructs).map(({ constructPath }) => constructPath).sort(),
    template: JSON.parse(readFileSync(join(outdir, 'Service.template.json'), 'utf8')),
  };
}

function taskIn(stack: cdk.Stack, image: string): cdk.CfnResource {
  return new cdk.CfnResource(stack, 'Task', { type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: [{ Name: 'api', Image: image }] } });
}

function besideEachOther(): void {
  const both = synthesized('beside', (app, stack) => {
    guard(app);
    taskIn(stack, IMAGE);
    new cdk.aws_ecs.CfnTaskDefinition(stack, 'Typed', { containerDefinitions: [{ name: 'api', image: IMAGE }] });
  });
  deepStrictEqual(both.rules('AwsSolutions'), [LOGGING]);
  deepStrictEqual(both.rules('cdk-secure-repository'), ['digest-pinned-image']);

  const rules = [{ id: LOGGING, reason: 'it logs to a file' }, { id: 'cdk-secure-repository::digest-pinned-image', reason: 'the newest is meant' }];
  const acknowledged = synthesized('acknowledged', (app, stack) => {
    guard(app);
    Validations.of(new cdk.aws_ecs.CfnTaskDefinition(stack, 'Task', { containerDefinitions: [{ name: 'api', image: IMAGE }] })).acknowledge(...rules);
  });
  deepStrictEqual([acknowledged.rules('AwsSolutions'), acknowledged.rules('cdk-secure-repository')], [[], []]);
  deepStrictEqual(acknowledged.template.Resources.Task.Metadata.cdk_nag, { rules_to_suppress: rules });
}

function asRulePack(): void {
  const id = `ContainerImages-digest-pinned-image[${IMAGE}]`;
  const found = synthesized('pack', (app, stack) => {
    Validations.of(app).addPlugins(new ContainerImageChecks(app));
    taskIn(stack, IMAGE);
  });
  deepStrictEqual(found.rules('ContainerImages'), [id]);
  deepStrictEqual(found.paths('ContainerImages'), ['Service/Task']);

  const acknowledged = synthesized('acknowledged-pack', (app, stack) => {
    Validations.of(app).addPlugins(new ContainerImageChecks(app));
    taskIn(stack, IMAGE);
    Validations.of(stack).acknowledge({ id, reason: 'the newest is meant' });
  });
  deepStrictEqual(acknowledged.rules('ContainerImages'), []);

  let paths: string[] = [];
  const everywhere = synthesized('everywhere', app => {
    paths = nameEverywhere(app, 'nginx:1.27');
    Validations.of(app).addPlugins(new ContainerImageChecks(app));
    ContainerImagePolicy.apply(app);
  });
  deepStrictEqual(everywhere.paths('ContainerImages'), [...paths].sort());
  deepStrictEqual(everywhere.paths('cdk-secure-repository'), [...paths].sort());

  const pinned = synthesized('pinned', app => {
    nameEverywhere(app, `nginx@sha256:${'a'.repeat(64)}`);
    Validations.of(app).addPlugins(new ContainerImageChecks(app));
  });
  deepStrictEqual(pinned.rules('ContainerImages'), []);
}

besideEachOther();
asRulePack();
