import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { App, CfnOutput, Duration } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Cloud, PIN, stackIn, until, uriOf } from './cloud';
import { existing, service } from './service';
import { multiArchIndex, pushIndex, singleManifest } from '../../emulator/images';
import { DigestPinnedImage, SecureRepository } from '../../src';

const cloud = new Cloud();

/** Waits until a deployment has asked for an image of a repository in vain. */
async function untilAskedFor(repositoryName: string): Promise<void> {
  await until(async () => expect(await cloud.requests(repositoryName, 'DescribeImages')).not.toEqual([]));
}

test.concurrent('repositories are deployed and pushed to, and then a service gets the digest of the tag', async () => {
  const build = (app: App) => {
    const api = new SecureRepository(stackIn(app, 'FirstImages'), 'Api', { repositoryName: 'first/api', devCompanion: {} });
    const image = DigestPinnedImage.fromTag(api, '1.0.0');
    const stack = service(app, 'First', () => image);
    new CfnOutput(stack, 'Uri', { value: image.pinTo(stack).imageUri });
  };
  await cloud.deploy(build, 'FirstImages');
  const { repositories } = await cloud.clients().ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['first/api', 'first/api-dev'] }));
  expect(repositories!.map(({ imageTagMutability }) => imageTagMutability)).toEqual(['IMMUTABLE', 'MUTABLE']);

  const image = await cloud.push('first/api', '1.0.0');
  await expect(cloud.push('first/api', '1.0.0')).rejects.toThrow('already exists');
  await cloud.deploy(build, 'First');
  expect(await cloud.images('First')).toEqual([uriOf('first/api', image)]);
  expect(await cloud.outputs('First')).toMatchObject({ Uri: uriOf('first/api', image) });

  const { LastUpdatedTime: before } = await cloud.stack('First');
  await cloud.deploy(build);
  expect((await cloud.stack('First')).LastUpdatedTime).toEqual(before);
});

test.concurrent('another tag is another digest, and the pin of the tag before is gone', async () => {
  await cloud.repository('other-tag');
  const [before, after] = [await cloud.push('other-tag', '1.0.0'), await cloud.push('other-tag', '1.1.0')];
  const build = (tag: string) => (app: App) => {
    service(app, 'OtherTag', stack => DigestPinnedImage.fromTag(existing(stack, 'other-tag'), tag));
  };
  await cloud.deploy(build('1.0.0'));
  expect(await cloud.images('OtherTag')).toEqual([uriOf('other-tag', before)]);
  await cloud.deploy(build('1.1.0'));
  expect(await cloud.images('OtherTag')).toEqual([uriOf('other-tag', after)]);
  expect(await cloud.physicalIds('OtherTag', PIN)).toHaveLength(1);
});

test.concurrent('a tag that moves is followed when the refresh token changes, and only then', async () => {
  const build = (refreshToken: string, cpu: string) => (app: App) => {
    const stack = stackIn(app, 'Moving');
    const { devCompanion } = new SecureRepository(stack, 'Images', { repositoryName: 'moving', devCompanion: {} });
    const image = DigestPinnedImage.fromTag(devCompanion!, 'latest', { refreshToken, waitForImage: Duration.minutes(1) });
    service(app, 'Moving', () => image, stack).templateOptions.description = cpu;
  };
  const deployment = cloud.deploy(build('a', 'first'));
  await untilAskedFor('moving-dev');
  const before = await cloud.push('moving-dev', 'latest');
  await deployment;
  const after = await cloud.push('moving-dev', 'latest');
  await cloud.deploy(build('a', 'second'));
  expect(await cloud.images('Moving')).toEqual([uriOf('moving-dev', before)]);
  await cloud.deploy(build('b', 'second'));
  expect(await cloud.images('Moving')).toEqual([uriOf('moving-dev', after)]);
  await cloud.deploy(build('a', 'second'));
  expect(await cloud.images('Moving')).toEqual([uriOf('moving-dev', before)]);
});

test.concurrent('an image that is pushed while the deployment waits for it is deployed', async () => {
  await cloud.repository('awaited');
  const deployment = cloud.deploy(app => {
    service(app, 'Awaited', stack => DigestPinnedImage.fromTag(existing(stack, 'awaited'), '1.0.0', { waitForImage: Duration.minutes(2) }));
  });
  await untilAskedFor('awaited');
  const image = await cloud.push('awaited', '1.0.0');
  await deployment;
  expect(await cloud.images('Awaited')).toEqual([uriOf('awaited', image)]);
});

test.concurrent('one platform of an index is deployed where it is asked for, and otherwise the index', async () => {
  await cloud.repository('platforms');
  const [amd64, arm64] = ['amd64', 'arm64'].map(singleManifest);
  const index = multiArchIndex([{ platform: 'linux/amd64', manifest: amd64 }, { platform: 'linux/arm64', manifest: arm64 }], { attestations: true });
  await pushIndex(cloud.clients().ecr, 'platforms', index, '1.0.0');
  await cloud.deploy(app => {
    service(app, 'Platforms', stack => {
      const repository = existing(stack, 'platforms');
      return [
        DigestPinnedImage.fromTag(repository, '1.0.0', { requirePlatforms: [Platform.LINUX_AMD64, Platform.LINUX_ARM64] }),
        DigestPinnedImage.fromTag(repository, '1.0.0', { platform: Platform.LINUX_ARM64 }),
      ];
    });
  });
  expect(await cloud.images('Platforms')).toEqual([uriOf('platforms', index), uriOf('platforms', arm64)]);
});

test.concurrent('a stack that is destroyed leaves the release repository and its images, and can be deployed again', async () => {
  const buildImages = (app: App) => new SecureRepository(stackIn(app, 'KeptImages'), 'Api', { repositoryName: 'kept', devCompanion: {} });
  const build = (app: App) => {
    service(app, 'Kept', stack => DigestPinnedImage.fromTag(existing(stack, 'kept'), '1.0.0'));
  };
  await cloud.deploy(buildImages);
  const image = await cloud.push('kept', '1.0.0');
  await cloud.deploy(build);
  await Promise.all([cloud.destroy(build), cloud.destroy(buildImages)]);
  await expect(cloud.stack('Kept')).rejects.toThrow('does not exist');
  const { repositories } = await cloud.clients().ecr.send(new DescribeRepositoriesCommand({}));
  expect(repositories!.map(({ repositoryName }) => repositoryName)).toEqual(expect.arrayContaining(['kept']));
  expect(repositories!.map(({ repositoryName }) => repositoryName)).not.toEqual(expect.arrayContaining(['kept-dev']));

  await cloud.deploy(build);
  expect(await cloud.images('Kept')).toEqual([uriOf('kept', image)]);
});

test.concurrent('a stack is destroyed although its image and repository are gone', async () => {
  await cloud.repository('gone');
  await cloud.push('gone', '1.0.0');
  const build = (app: App) => {
    service(app, 'Gone', stack => DigestPinnedImage.fromTag(existing(stack, 'gone'), '1.0.0'));
  };
  await cloud.deploy(build);
  await cloud.removeRepository('gone');
  await cloud.destroy(build);
  await expect(cloud.stack('Gone')).rejects.toThrow('does not exist');
});

test.concurrent('a repository of the CDK becomes a secure one in place, with its images', async () => {
  const build = (repository: typeof ecr.Repository) => (app: App) => {
    new repository(stackIn(app, 'Adopted'), 'Api', { repositoryName: 'adopted' });
  };
  const look = async () => {
    const { repositories } = await cloud.clients().ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['adopted'] }));
    return repositories![0];
  };
  await cloud.deploy(build(ecr.Repository));
  const before = await look();
  const image = await cloud.push('adopted', '1.0.0');
  await cloud.deploy(build(SecureRepository));

  expect(await look()).toEqual({
    ...before, imageTagMutability: 'IMMUTABLE', imageScanningConfiguration: { scanOnPush: true },
  });
  expect(await cloud.physicalIds('Adopted', 'AWS::ECR::Repository')).toEqual(['adopted']);
  expect(await cloud.tagsOf('adopted', image.digest)).toEqual(['1.0.0']);
  expect(await cloud.events('Adopted', 'AWS::ECR::Repository')).not.toContainEqual(expect.stringContaining('DELETE'));
  await expect(cloud.push('adopted', '1.0.0')).rejects.toThrow('already exists');
});
