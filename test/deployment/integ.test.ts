import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { Stack } from 'aws-cdk-lib';
import { Cloud, ENV, until } from './cloud';
import { runCdk } from '../../emulator/cdk-cli';
import { unfinishedScan } from '../../emulator/scan-findings';
import { HelloImage } from '../../integ/hello-image';
import { describeWith } from '../registry-client/tools';

const ROOT = join(__dirname, '..', '..');

const cloud = new Cloud();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'integ-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function cdk(app: string, ...command: string[]): Promise<void> {
  const { code, output } = await runCdk(cloud.aws, [
    ...command, '--app', `${process.execPath} -r ts-node/register/transpile-only integ/integ.${app}.ts`, '--output', join(folder, `${app}.out`),
  ], {
    cwd: ROOT,
    env: { CDK_DOCKER: join(ROOT, 'emulator', 'docker'), IMAGES: join(folder, app), REGISTRY: new URL(cloud.aws.endpoint).host },
  });
  if (code !== 0) {
    throw new Error(`cdk ${command[0]} of integ.${app} failed:\n${output}`);
  }
}

/** What basic scanning says of the image, which has no operating system, as soon as it is pushed. */
async function failScan(): Promise<void> {
  const repositoryName = `cdk-hnb659fds-container-assets-${ENV.account}-${ENV.region}`;
  const { imageTag } = new HelloImage(new Stack(), 'Hello');
  const { imageDetails } = await until(() => cloud.clients().ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] })));
  await cloud.scan(repositoryName, imageDetails![0].imageDigest!, unfinishedScan('FAILED', 'UnsupportedImageError: The operating system is not supported.'));
}

/** What the assertions of an app found, once its stacks are deployed. */
async function assertionsOf(name: string): Promise<{ readonly status: string; readonly message?: string }[]> {
  const { StackSummaries } = await cloud.clients().cloudFormation.send(new ListStacksCommand({}));
  const { StackName } = StackSummaries!.find(stack => stack.StackName!.startsWith(`${name}IntegDefaultTestDeployAssert`))!;
  const outputs = await cloud.outputs(StackName!);
  return Object.entries(outputs).filter(([key]) => key.startsWith('AssertionResults')).map(([, result]) => JSON.parse(result));
}

// One after the other: they push the same image to a repository in which no tag can be pushed twice.
describeWith(['buildah'], 'the integration apps', () => {
  const success = { status: 'success' };
  /** The emulator's ECR does not keep the patterns of mutable tags. */
  const withoutFilters = { status: 'fail', message: expect.stringContaining("Missing key 'imageTagMutabilityExclusionFilters'") };

  test.each([
    ['digest-pinned-image', 'DigestPinnedImage', [success, success, success, success], true],
    ['gated-image', 'GatedImage', [success, success, success, success], true],
    ['nested-stack', 'NestedStack', [success, success, success], false], // the emulator's nested stacks lose attributes in an update
    ['secure-repository', 'SecureRepository', [withoutFilters, success, success, success], true],
    // Without secure-registry: the emulator's ECR answers nothing about the settings of a registry.
  ])('%s is deployed with its assertions, updated and destroyed', async (app, name, results, canBeUpdated) => {
    await Promise.all([cdk(app, 'deploy', `${name}Test`, '--require-approval', 'never'), app === 'gated-image' && failScan()]);
    await cdk(app, 'deploy', `${name}Integ/**`, '--exclusively', '--require-approval', 'never');
    expect(await assertionsOf(name)).toEqual(results);

    if (canBeUpdated) {
      const before = await cloud.outputs(`${name}Test`);
      await cdk(app, 'deploy', `${name}Test`, '--tags', 'updated=yes', '--require-approval', 'never');
      expect(await cloud.stack(`${name}Test`)).toMatchObject({ StackStatus: 'UPDATE_COMPLETE', Tags: [{ Key: 'updated', Value: 'yes' }] });
      expect(await cloud.outputs(`${name}Test`)).toEqual(before);
    }
    await cdk(app, 'destroy', '--all', '--force');
    await expect(cloud.stack(`${name}Test`)).rejects.toThrow('does not exist');
  });
});
