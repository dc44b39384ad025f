import { BatchDeleteImageCommand } from '@aws-sdk/client-ecr';
import { App, Stack } from 'aws-cdk-lib';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { failedWith, pinOf, REPOSITORY, resolvedTo, ResolverBench } from './resolver-bench';
import { emulatorClients } from '../../emulator/clients';
import { createEvent, deleteEvent, updateEvent } from '../../emulator/custom-resource-event';
import { deployTemplate } from '../../emulator/deploy';
import { deployedValues, evaluate } from '../../emulator/evaluate';
import { filterTemplate } from '../../emulator/filter-template';
import { Image, multiArchIndex, pushImage, pushIndex, singleManifest } from '../../emulator/images';
import { DigestPinnedImage, SecureRepository } from '../../src';

const bench = new ResolverBench();

const [amd64, arm64, armv6, armv7] = ['amd64', 'arm64', 'armv6', 'armv7'].map(singleManifest);
const index = multiArchIndex([
  { platform: 'linux/amd64', manifest: amd64 },
  { platform: 'linux/arm64', manifest: arm64 },
  { platform: 'linux/arm/v6', manifest: armv6 },
  { platform: 'linux/arm/v7', manifest: armv7 },
], { attestations: true });

// Not in a describe block, whose hooks come too late for concurrent tests.
beforeAll(() => pushIndex(bench.ecr, REPOSITORY, index, 'multi'));

let count = 0;

async function push(tag: string): Promise<Image> {
  const image = singleManifest(`image ${++count}`);
  await pushImage(bench.ecr, REPOSITORY, image, tag);
  return image;
}

test.concurrent('a task definition gets the digest of the tag', async () => {
  const app = new App();
  const stack = new Stack(app, 'App');
  const repository = new SecureRepository(stack, 'Images', { repositoryName: 'app/api' });
  new FargateTaskDefinition(stack, 'Task').addContainer('api', { image: DigestPinnedImage.fromTag(repository, '1.0.0') });
  const { template } = app.synth().getStackByName('App');
  const resourcesOf = (type: string) => Object.entries<any>(template.Resources).filter(([, resource]) => resource.Type === type);

  const deployed = await deployTemplate(emulatorClients(bench.endpoint).cloudFormation, 'app', filterTemplate(template, ['AWS::ECR::Repository']));
  const known = await deployedValues(bench.ecr, deployed);
  const image = singleManifest('app');
  await pushImage(bench.ecr, 'app/api', image, '1.0.0');

  const [[id, pin]] = resourcesOf('Custom::ImageDigest');
  const { ServiceToken: _, ...properties } = pin.Properties;
  const { answer } = await bench.create(evaluate(properties, known));
  const [[, taskDefinition]] = resourcesOf('AWS::ECS::TaskDefinition');
  expect(evaluate(taskDefinition.Properties.ContainerDefinitions[0].Image, { ...known, [`${id}.DigestHex`]: answer.Data!.DigestHex }))
    .toBe(`123456789012.dkr.ecr.eu-west-1.amazonaws.com/app/api@${image.digest}`);
});

describe('a single image', () => {
  test.concurrent('is resolved in the Region of the repository, with one request', async () => {
    const image = await push('1.0.0');
    const { answer, requests, requestsToEcr } = await bench.create(pinOf('1.0.0'));
    expect(answer).toEqual(resolvedTo(image.digest));
    expect(requests).toHaveLength(1);
    expect(requestsToEcr).toEqual([{
      operation: 'DescribeImages',
      region: 'eu-west-1',
      parameters: { registryId: '123456789012', repositoryName: REPOSITORY, imageIds: [{ imageTag: '1.0.0' }] },
    }]);
  });

  test.concurrent('is not an index from which a platform could be chosen', async () => {
    await push('single');
    const { answer } = await bench.create(pinOf('single', { Platform: 'linux/arm64' }));
    expect(answer).toEqual(failedWith('single', 'single image', 'application/vnd.oci.image.manifest.v1+json'));
  });

  test.concurrent.each([
    ['the tag', pinOf('absent'), failedWith('absent', 'does not exist')],
    [
      'the repository',
      { RepositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/team/api-absent', Tag: '1.0.0' },
      failedWith('1.0.0', 'team/api-absent', 'repository', 'does not exist'),
    ],
  ])('fails when %s is missing', async (_, properties, failed) => {
    const { answer } = await bench.create(properties);
    expect(answer).toEqual(failed);
    expect(answer.PhysicalResourceId).toMatch(/./);
  });

  test.concurrent('is waited for when it is pushed during the deployment', async () => {
    let pushing: Promise<Image> | undefined;
    const { answer, asked } = await bench.create(pinOf('late', { WaitSeconds: '20' }), { onAnswer: () => pushing ??= push('late') });
    const image = await pushing!;
    expect(answer).toEqual(resolvedTo(image.digest));
    expect(asked.length).toBeGreaterThan(1);
  });

  test.concurrent('is waited for no longer than asked', async () => {
    const { answer } = await bench.create(pinOf('too-late', { WaitSeconds: '1' }));
    expect(answer).toEqual(failedWith('too-late', 'does not exist'));
  });
});

describe('an index', () => {
  test.concurrent('is pinned itself, without reading it', async () => {
    const { answer, asked } = await bench.create(pinOf('multi'));
    expect(answer).toEqual(resolvedTo(index.digest));
    expect(asked).toEqual(['DescribeImages']);
  });

  test.concurrent.each([
    ['linux/amd64', amd64],
    ['linux/arm64', arm64],
    ['linux/arm64/v8', arm64],
    ['linux/arm/v7', armv7],
  ])('gives the image for %s', async (Platform, manifest) => {
    const { answer, asked } = await bench.create(pinOf('multi', { Platform }));
    expect(answer).toEqual(resolvedTo(manifest.digest));
    expect(asked).toEqual(['DescribeImages', 'BatchGetImage']);
  });

  test.concurrent('is pinned itself when it has the required platforms', async () => {
    const { answer } = await bench.create(pinOf('multi', { RequirePlatforms: ['linux/amd64', 'linux/arm64'] }));
    expect(answer).toEqual(resolvedTo(index.digest));
  });

  test.concurrent.each([
    ['a required platform is missing', { RequirePlatforms: ['linux/amd64', 'windows/amd64'] },
      ['required platform windows/amd64', amd64.digest, arm64.digest, armv6.digest, armv7.digest]],
    ['the platform is missing', { Platform: 'linux/s390x' }, ['platform linux/s390x', `linux/arm64 (${arm64.digest})`]],
    ['the platform is ambiguous', { Platform: 'linux/arm' }, [`linux/arm/v6 (${armv6.digest})`, `linux/arm/v7 (${armv7.digest})`, 'variant']],
    ['an attestation is asked for', { Platform: 'unknown/unknown' }, ['no image for platform unknown/unknown']],
  ])('fails with what there is when %s', async (_, more, words) => {
    const { answer } = await bench.create(pinOf('multi', more));
    expect(answer).toEqual(failedWith('multi', ...words));
    expect(answer.Reason).not.toContain(index.children.at(-1)!.digest);
  });
});

describe('malformed properties', () => {
  test.concurrent.each([
    ['a tag', pinOf(`sha256:${'a'.repeat(64)}`), 'fromDigest'],
    ['a platform', pinOf('1.0.0', { Platform: 'arm64' }), "'arm64'"],
    ['a list of platforms', pinOf('1.0.0', { RequirePlatforms: 'linux/arm64' }), 'RequirePlatforms'],
    ['a time to wait', pinOf('1.0.0', { WaitSeconds: 'long' }), 'WaitSeconds'],
    ['an ARN', { RepositoryArn: 'arn:aws:s3:::bucket', Tag: '1.0.0' }, 'arn:aws:s3:::bucket'],
    ['all', {}, 'RepositoryArn'],
  ])('fail before ECR is asked: %s', async (_, properties, words) => {
    const { answer, asked } = await bench.create(properties);
    expect(answer).toEqual(expect.objectContaining({ Status: 'FAILED', Reason: expect.stringContaining(words) }));
    expect(asked).toEqual([]);
  });
});

describe('after the creation', () => {
  async function created(tag: string) {
    const image = await push(tag);
    const { answer } = await bench.create(pinOf(tag));
    return { image, physicalId: answer.PhysicalResourceId };
  }

  test.concurrent('an update resolves the new tag, and its rollback returns to the old digest without ECR', async () => {
    const { image: old, physicalId } = await created('update-1');
    const image = await push('update-2');
    const updated = await bench.run(updateEvent(physicalId, pinOf('update-2'), pinOf('update-1')));
    expect(updated.answer).toEqual(resolvedTo(image.digest));
    expect(updated.asked).toEqual(['DescribeImages']);

    await push('update-1');
    await bench.ecr.send(new BatchDeleteImageCommand({ repositoryName: REPOSITORY, imageIds: [{ imageTag: 'update-2' }] }));
    const rolledBack = await bench.run(updateEvent(updated.answer.PhysicalResourceId, pinOf('update-1'), pinOf('update-2')));
    expect(rolledBack.answer).toEqual(resolvedTo(old.digest));
    const again = await bench.run(updateEvent(rolledBack.answer.PhysicalResourceId, pinOf('update-2'), pinOf('update-1')));
    expect(again.answer).toEqual(resolvedTo(image.digest));
    expect([...rolledBack.asked, ...again.asked]).toEqual([]);
  });

  test.concurrent('a rollback from the physical id of before returns to the old digest too', async () => {
    const { image: old, physicalId } = await created('before-1');
    await push('before-2');
    await bench.run(updateEvent(physicalId, pinOf('before-2'), pinOf('before-1')));
    const { answer, asked } = await bench.run(updateEvent(physicalId, pinOf('before-1'), pinOf('before-2')));
    expect(answer).toEqual(resolvedTo(old.digest));
    expect(answer.PhysicalResourceId).toBe(physicalId);
    expect(asked).toEqual([]);
  });

  test.concurrent('a failed update keeps the physical id, and its rollback asks nobody', async () => {
    const { image: old, physicalId } = await created('failing-1');
    const failed = await bench.run(updateEvent(physicalId, pinOf('failing-2'), pinOf('failing-1')));
    expect(failed.answer).toEqual(failedWith('failing-2', 'does not exist'));
    expect(failed.answer.PhysicalResourceId).toBe(physicalId);

    const { answer, asked } = await bench.run(updateEvent(physicalId, pinOf('failing-1'), pinOf('failing-2')));
    expect(answer).toEqual(resolvedTo(old.digest));
    expect(answer.PhysicalResourceId).toBe(physicalId);
    expect(asked).toEqual([]);
  });

  test.concurrent('an update of the waiting time keeps the digest of a tag that has moved', async () => {
    const { image, physicalId } = await created('moved');
    await push('moved');
    const { answer, asked } = await bench.run(updateEvent(physicalId, pinOf('moved', { WaitSeconds: '60' }), pinOf('moved')));
    expect(answer).toEqual(resolvedTo(image.digest));
    expect(answer.PhysicalResourceId).toBe(physicalId);
    expect(asked).toEqual([]);
  });

  test.concurrent('an update of the refresh token follows a tag that has moved', async () => {
    const { physicalId } = await created('refreshed');
    const image = await push('refreshed');
    const { answer } = await bench.run(updateEvent(physicalId, pinOf('refreshed', { RefreshToken: 'abc' }), pinOf('refreshed')));
    expect(answer).toEqual(resolvedTo(image.digest));
  });

  test.concurrent('an event that is delivered twice gets the same answer', async () => {
    await push('twice');
    const event = createEvent(pinOf('twice'));
    const [first, second] = [await bench.run(event), await bench.run(event)];
    expect(second.answer).toEqual(first.answer);
  });

  test.concurrent.each([
    ['of a resolved pin', async () => (await created('deleted')).physicalId, pinOf('deleted')],
    ['of a creation that failed', async () => (await bench.create(pinOf('never-there'))).answer.PhysicalResourceId, pinOf('never-there')],
    ['with malformed properties and an id that is not ours', async () => 'something else', {}],
  ])('a deletion %s succeeds without ECR', async (_, physicalIdOf, properties) => {
    const physicalId = await physicalIdOf();
    const { answer, asked } = await bench.run(deleteEvent(physicalId, properties));
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    expect(asked).toEqual([]);
  });
});
