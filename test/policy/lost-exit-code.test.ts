import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { ContainerImagePolicy, ContainerImagePolicyProps, ContainerImageRule } from '../../src';

/** What `synth` throws, and which exit code it leaves. */
function synthesized(agent: string | undefined, image: string, props: ContainerImagePolicyProps = {}, atStage = false, exitCodeBefore?: number) {
  const { exitCode, env } = process;
  const report = jest.spyOn(console, 'error').mockImplementation();
  const log = jest.spyOn(console, 'log').mockImplementation();
  process.exitCode = exitCodeBefore;
  process.env = { ...env, ...(agent !== undefined && { JSII_AGENT: agent }), CDK_APP_MODE: 'process' };
  try {
    const app = new App({ analyticsReporting: false });
    const stage = new Stage(app, 'Stage');
    ContainerImagePolicy.apply(atStage ? stage : app, props);
    new ecs.FargateTaskDefinition(new Stack(stage, 'Stack'), 'Task').addContainer('Api', { image: ecs.ContainerImage.fromRegistry(image) });
    const errors = [1, 2].flatMap(() => {
      try {
        // As other languages call it.
        app.constructor.prototype.synth.call(app);
        return [];
      } catch (error) {
        return (error as Error).message;
      }
    });
    return { errors, fails: process.exitCode === 1, exitCode: process.exitCode, report: report.mock.calls.flat().join('\n') };
  } finally {
    process.exitCode = exitCode;
    process.env = env;
    report.mockRestore();
    log.mockRestore();
  }
}

const FAILED = `the validation of the app failed, as its report says
  Stage/Stack/Task/Resource: the image 'nginx:1.27' is not named by its digest; use DigestPinnedImage.fromReference('nginx:1.27')`;

test.each(['Python/3.11.4', 'Java/17.0.2', 'Go'])('a failed validation is an error in an app of %s', agent => {
  expect(synthesized(agent, 'nginx:1.27')).toMatchObject({ errors: [FAILED, FAILED], fails: true, report: expect.stringContaining("the image 'nginx:1.27' is not named by its digest") });
  expect(synthesized(agent, 'nginx:1.27', {}, true)).toMatchObject({ errors: [FAILED, FAILED] });
});

test('one that succeeds, also with warnings, is not', () => {
  expect(synthesized('Go', `nginx@sha256:${'a'.repeat(64)}`)).toMatchObject({ errors: [], fails: false });
  expect(synthesized('Go', 'nginx:1.27', { warnings: Object.values(ContainerImageRule) })).toMatchObject({ errors: [], fails: false });
});

test.each([1, 2])('the exit code %i of something before, such as another app of the process, is not the failure of an app, and stays', exitCode => {
  expect(synthesized('Python/3.11.4', `nginx@sha256:${'a'.repeat(64)}`, {}, false, exitCode)).toMatchObject({ errors: [], exitCode });
  expect(synthesized('Python/3.11.4', 'nginx:1.27', {}, false, exitCode)).toMatchObject({ errors: [FAILED, FAILED], exitCode: expect.any(Number) });
});

test("where the app's own process fails, it is left to that", () => {
  expect(synthesized(undefined, 'nginx:1.27')).toMatchObject({ errors: [], fails: true });
});

test('the findings of all its policies are in the error', () => {
  const { exitCode, env } = process;
  const spies = (['log', 'error'] as const).map(name => jest.spyOn(console, name).mockImplementation());
  process.env = { ...env, JSII_AGENT: 'Go', CDK_APP_MODE: 'process' };
  try {
    const app = new App({ analyticsReporting: false });
    ['First', 'Second'].forEach(name => {
      const stage = new Stage(app, name);
      ContainerImagePolicy.apply(stage);
      new ecs.FargateTaskDefinition(new Stack(stage, 'Stack'), 'Task').addContainer('Api', { image: ecs.ContainerImage.fromRegistry('nginx') });
    });
    expect(() => app.constructor.prototype.synth.call(app)).toThrow(/First\/Stack\/Task\/Resource: the image.*\n  Second\/Stack\/Task\/Resource: the image/);
  } finally {
    process.exitCode = exitCode;
    process.env = env;
    spies.forEach(spy => spy.mockRestore());
  }
});

test('the app stays what it was', () => {
  const { env } = process;
  process.env = { ...env, JSII_AGENT: 'Go' };
  try {
    const app = new App();
    ContainerImagePolicy.apply(app);
    expect([app instanceof App, App.isApp(app)]).toEqual([true, true]);
    const { tree } = JSON.parse(readFileSync(join(app.synth().directory, 'tree.json'), 'utf8'));
    expect(tree.constructInfo.fqn).toBe('aws-cdk-lib.App');
  } finally {
    process.env = env;
  }
});
