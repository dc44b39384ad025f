import { SetRepositoryPolicyCommand, UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import { Stack } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Cloud, PIN } from './cloud';
import { existing, service } from './service';
import { multiArchIndex, pushIndex, singleManifest } from '../../emulator/images';
import { DigestPinnedImage, TagPinOptions } from '../../src';

const cloud = new Cloud();

/** A first deployment that fails, with the reason as it is read in the stack's events and in the output of the CDK CLI. */
async function reasonOf(id: string, repositoryName: string, options: TagPinOptions = {}): Promise<string> {
  const output = await cloud.deployInVain(app => {
    service(app, id, (stack: Stack) => DigestPinnedImage.fromTag(existing(stack, repositoryName), '1.0.0', options));
  });
  const [reason] = (await cloud.events(id, PIN)).filter(event => event.startsWith('CREATE_FAILED')).map(event => event.replace('CREATE_FAILED ', ''));
  expect(output).toContain(reason);
  expect(await cloud.stack(id)).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
  return reason;
}

/** An image as reasons name it. */
function named(repositoryName: string): string {
  return `'${repositoryName}:1.0.0' (account 123456789012, Region eu-west-1)`;
}

test.concurrent('a repository that does not exist', async () => {
  expect(await reasonOf('MissingRepository', 'missing-repository')).toBe(
    `the repository of ${named('missing-repository')} does not exist; create it first, or correct its name, account and Region, see: `
    + 'aws ecr describe-repositories --registry-id 123456789012 --region eu-west-1');
});

test.concurrent('a tag that does not exist', async () => {
  await cloud.repository('missing-tag');
  expect(await reasonOf('MissingTag', 'missing-tag')).toBe(
    `${named('missing-tag')} does not exist; push it first, or let fromTag wait for it with waitForImage, see: `
    + 'aws ecr list-images --registry-id 123456789012 --region eu-west-1 --repository-name missing-tag');
});

test.concurrent('an archived image', async () => {
  await cloud.repository('archived');
  const { digest } = await cloud.push('archived', '1.0.0');
  await cloud.clients().ecr.send(new UpdateImageStorageClassCommand({
    repositoryName: 'archived', imageId: { imageDigest: digest }, targetStorageClass: 'ARCHIVE',
  }));
  expect(await reasonOf('Archived', 'archived')).toMatch(/^'archived:1\.0\.0' .* is archived and cannot be pulled; restore it with: aws ecr update-image-storage-class /);
});

test.concurrent('a platform that the image does not have', async () => {
  await cloud.repository('wrong-platform');
  const index = multiArchIndex([{ platform: 'linux/amd64', manifest: singleManifest('amd64') }], { attestations: true });
  await pushIndex(cloud.clients().ecr, 'wrong-platform', index, '1.0.0');
  const reason = await reasonOf('WrongPlatform', 'wrong-platform', { platform: Platform.LINUX_ARM64 });
  expect(reason).toContain(named('wrong-platform'));
  expect(reason).toContain('linux/arm64');
  expect(reason).toContain('linux/amd64');
  expect(reason).not.toContain('unknown');
});

test.concurrent('a platform of an image that is no index', async () => {
  await cloud.repository('single');
  await cloud.push('single', '1.0.0');
  expect(await reasonOf('Single', 'single', { platform: Platform.LINUX_ARM64 })).toContain('single image');
});

test.concurrent('access that the repository denies', async () => {
  await cloud.repository('denied');
  await cloud.push('denied', '1.0.0');
  await cloud.clients().ecr.send(new SetRepositoryPolicyCommand({
    repositoryName: 'denied',
    policyText: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 'ecr:DescribeImages' }] }),
  }));
  const reason = await reasonOf('Denied', 'denied');
  expect(reason).toContain(`ecr:DescribeImages for ${named('denied')} is denied`);
  expect(reason).toContain('assumed-role/');
  expect(reason).toContain('aws ecr get-repository-policy --registry-id 123456789012 --region eu-west-1 --repository-name denied');
});
