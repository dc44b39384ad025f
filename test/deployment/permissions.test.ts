import {
  BatchDeleteImageCommand, BatchGetImageCommand, DescribeImagesCommand, ECRClient, ListImagesCommand, PutImageCommand, SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { App, Stack } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ecrOfRole, trust } from './as-role';
import { Cloud, ENV, uriOf } from './cloud';
import { existing, service } from './service';
import { withoutAction } from './without-action';
import { multiArchIndex, pushIndex, singleManifest } from '../../emulator/images';
import { DigestPinnedImage, TagPinOptions } from '../../src';

const cloud = new Cloud();

const amd64 = singleManifest('amd64');
const index = multiArchIndex([{ platform: 'linux/amd64', manifest: amd64 }]);

async function pushed(repositoryName: string): Promise<void> {
  await cloud.repository(repositoryName);
  await pushIndex(cloud.clients().ecr, repositoryName, index, '1.0.0');
}

function build(id: string, repositoryName: string, options: TagPinOptions = {}, change: (stack: Stack) => void = () => {}) {
  return (app: App) => change(service(app, id, stack => DigestPinnedImage.fromTag(existing(stack, repositoryName), '1.0.0', options)));
}

test.concurrent('without ecr:DescribeImages, no tag is resolved', async () => {
  await pushed('no-describe');
  const output = await cloud.deployInVain(build('NoDescribe', 'no-describe', {}, stack => withoutAction(stack, 'Resolver', 'ecr:DescribeImages')));
  expect(output).toContain("ecr:DescribeImages for 'no-describe:1.0.0' (account 123456789012, Region eu-west-1) is denied");
});

test.concurrent('without ecr:BatchGetImage, no platform is selected', async () => {
  await pushed('no-get');
  const output = await cloud.deployInVain(build('NoGet', 'no-get', { platform: Platform.LINUX_AMD64 }, stack => withoutAction(stack, 'Resolver', 'ecr:BatchGetImage')));
  expect(output).toContain("ecr:BatchGetImage for 'no-get:1.0.0' (account 123456789012, Region eu-west-1) is denied");
});

describe('the role of the function', () => {
  /** ECR as the function may use it. */
  async function asFunctionOf(stackName: string): Promise<ECRClient> {
    const RoleName = (await cloud.physicalIds(stackName, 'AWS::IAM::Role')).find(name => name.includes('Resolver'))!;
    await trust(cloud, RoleName, `arn:aws:iam::${ENV.account}:root`);
    return ecrOfRole(cloud, RoleName, ENV);
  }

  function calls(ecr: ECRClient, repositoryName: string): Record<string, () => Promise<unknown>> {
    const imageIds = [{ imageTag: '1.0.0' }];
    return {
      DescribeImages: () => ecr.send(new DescribeImagesCommand({ repositoryName, imageIds })),
      BatchGetImage: () => ecr.send(new BatchGetImageCommand({ repositoryName, imageIds })),
      ListImages: () => ecr.send(new ListImagesCommand({ repositoryName })),
      PutImage: () => ecr.send(new PutImageCommand({ repositoryName, imageManifest: amd64.content, imageManifestMediaType: amd64.mediaType, imageTag: 'new' })),
      BatchDeleteImage: () => ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds })),
      SetRepositoryPolicy: () => ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: '{}' })),
    };
  }

  /** The calls that are not denied. */
  async function allowed(ecr: ECRClient, repositoryName: string): Promise<string[]> {
    const names: string[] = [];
    for (const [name, call] of Object.entries(calls(ecr, repositoryName))) {
      const error: Error | undefined = await call().then(() => undefined, reason => reason);
      if (error?.name !== 'AccessDeniedException') {
        expect(error).toBeUndefined();
        names.push(name);
      }
    }
    return names;
  }

  test.concurrent.each([
    ['describes images, where a tag is pinned', 'Describing', 'describing', {}, index, ['DescribeImages']],
    ['reads manifests as well, where a platform is', 'Reading', 'reading', { platform: Platform.LINUX_AMD64 }, amd64, ['DescribeImages', 'BatchGetImage']],
  ])('%s, and can do no more', async (_, id, repositoryName, options, image, actions) => {
    await pushed(repositoryName);
    await pushed(`${repositoryName}-other`);
    await cloud.deploy(build(id, repositoryName, options));
    expect(await cloud.images(id)).toEqual([uriOf(repositoryName, image)]);
    const ecr = await asFunctionOf(id);
    expect(await allowed(ecr, repositoryName)).toEqual(actions);
    expect(await allowed(ecr, `${repositoryName}-other`)).toEqual([]);
  });
});
