import { PutImageCommand, SetRepositoryPolicyCommand, UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import { App, CfnWaitCondition, CfnWaitConditionHandle } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Cloud, ENV, stackIn, uriOf } from './cloud';
import { sentBack } from './sent-back';
import { existing, service } from './service';
import { Image, multiArchIndex, pushIndex, singleManifest } from '../../emulator/images';
import { basicFinding, basicScan } from '../../emulator/scan-findings';
import { DigestPinnedImage, ImageGate } from '../../src';
import { DEPLOYED_TYPE } from '../../src/deployed-image/contract';
import { OTHER_ACCOUNT } from '../shared-emulators';

/** Images that are marked as deployed. */

const cloud = new Cloud();

/** The tag that is documented: by the digest alone. */
const tagOf = ({ digest }: Pick<Image, 'digest'>) => `deployed-${digest.slice('sha256:'.length, 'sha256:'.length + 32)}`;

/** The image in a list of repositories, marked. */
function marked(id: string, repositoryName: string, { digest }: Pick<Image, 'digest'>, ...gates: ImageGate[]) {
  return (app: App) => service(app, id, stack => {
    const image = DigestPinnedImage.fromDigest(existing(stack, repositoryName), digest).markedAsDeployed();
    return gates.length > 0 ? image.gatedBy(...gates) : image;
  });
}

async function reasonOf(stackName: string, build: (app: App) => void): Promise<string> {
  const output = await cloud.deployInVain(build);
  const [reason] = (await cloud.events(stackName, DEPLOYED_TYPE)).flatMap(event => /^(?:CREATE|UPDATE)_FAILED (.*)/s.exec(event)?.[1] ?? []);
  expect(output).toContain(reason);
  return reason;
}

test.concurrent('all kinds of images have their tag after the deployment, and ECR is asked twice for each', async () => {
  await cloud.repository('marked');
  const single = await cloud.push('marked', '1.0.0');
  const amd64 = singleManifest(`amd64 ${Math.random()}`);
  const index = multiArchIndex([{ platform: 'linux/amd64', manifest: amd64 }], { attestations: true });
  await pushIndex(cloud.clients().ecr, 'marked', index, '2.0.0');
  const before = await cloud.requests('marked');
  await cloud.deploy(app => {
    const stack = stackIn(app, 'Marked');
    const repository = existing(stack, 'marked');
    // The image is used twice, and the index by the tag that the deployment resolves.
    const images = [single, single, amd64].map(({ digest }) => DigestPinnedImage.fromDigest(repository, digest).markedAsDeployed());
    service(app, 'Marked', () => [...images, DigestPinnedImage.fromTag(repository, '2.0.0').markedAsDeployed()], stack);
  });
  const asked = (await cloud.requests('marked')).slice(before.length).map(({ operation }) => operation);
  expect(asked.sort()).toEqual([...Array(3).fill('BatchGetImage'), 'DescribeImages', ...Array(3).fill('PutImage')]);
  expect(await cloud.images('Marked')).toEqual([single, single, amd64, index].map(image => uriOf('marked', image)));
  expect(await cloud.tagsOf('marked', single.digest)).toEqual(['1.0.0', tagOf(single)]);
  expect(await cloud.tagsOf('marked', amd64.digest)).toEqual([tagOf(amd64)]);
  expect(await cloud.tagsOf('marked', index.digest)).toEqual(['2.0.0', tagOf(index)]);
});

test.concurrent('two stacks deploy the same image at the same time, and one later', async () => {
  await cloud.repository('marked-twice');
  const image = await cloud.push('marked-twice', '1.0.0');
  await Promise.all(['MarkedHere', 'MarkedThere'].map(id => cloud.deploy(marked(id, 'marked-twice', image))));
  expect(await cloud.tagsOf('marked-twice', image.digest)).toEqual(['1.0.0', tagOf(image)]);
  await cloud.destroy(marked('MarkedHere', 'marked-twice', image));
  await cloud.deploy(marked('MarkedLater', 'marked-twice', image));
  expect(await cloud.tagsOf('marked-twice', image.digest)).toEqual(['1.0.0', tagOf(image)]);
});

test.concurrent('an image that a gate refuses is not marked, and one that passes is', async () => {
  await cloud.repository('marked-gated');
  const [refused, passing] = [await cloud.push('marked-gated', '1.0.0'), await cloud.push('marked-gated', '2.0.0')];
  await cloud.scan('marked-gated', refused.digest, basicScan(basicFinding()));
  await cloud.scan('marked-gated', passing.digest, basicScan());
  expect(await cloud.deployInVain(marked('MarkedGated', 'marked-gated', refused, ImageGate.scanned()))).toContain('has findings');
  expect(await cloud.tagsOf('marked-gated', refused.digest)).toEqual(['1.0.0']);
  await cloud.deploy(marked('MarkedGated', 'marked-gated', passing, ImageGate.scanned()));
  expect(await cloud.tagsOf('marked-gated', passing.digest)).toEqual(['2.0.0', tagOf(passing)]);
});

test.concurrent('a rollback, a revert and a destruction take no tag away, and ask nobody', async () => {
  await cloud.repository('marked-back');
  const [first, second, third] = [await cloud.push('marked-back', '1'), await cloud.push('marked-back', '2'), await cloud.push('marked-back', '3')];
  const version = (image: Image, description: string, unhealthy = false) => (app: App) => {
    const stack = marked('MarkedBack', 'marked-back', image)(app);
    const { ref } = new CfnWaitConditionHandle(stack, description);
    if (unhealthy) {
      new CfnWaitCondition(stack, `Healthy${description}`, { handle: ref, timeout: '1', count: 1 }).node.addDependency(stack.node.findChild('Task'));
    }
  };
  const asked = async () => (await cloud.requests('marked-back')).filter(({ operation }) => operation !== 'DescribeImages').length;
  await cloud.deploy(version(first, 'First'));
  await cloud.deploy(version(second, 'Second'));
  const before = await asked();
  await cloud.deploy(version(first, 'Revert'));
  expect(await asked()).toBe(before);
  await cloud.deployInVain(version(third, 'Unhealthy', true));
  expect(await cloud.stack('MarkedBack')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(await cloud.images('MarkedBack')).toEqual([uriOf('marked-back', first)]);
  expect(await asked()).toBe(before + 2);

  const [physicalId] = await cloud.physicalIds('MarkedBack', DEPLOYED_TYPE);
  const [from, to] = [third, first].map(({ digest }) => ({ RepositoryArn: `arn:aws:ecr:${ENV.region}:${ENV.account}:repository/marked-back`, Images: [digest] }));
  expect(await sentBack(cloud, 'MarkedBack', physicalId, from, to)).toMatchObject({ Status: 'SUCCESS', Data: { Result1: '{"remembered":true}' } });
  await cloud.destroy(version(first, 'Revert'));
  expect(await asked()).toBe(before + 2);
  const tags = await Promise.all([first, second, third].map(({ digest }) => cloud.tagsOf('marked-back', digest)));
  expect(tags).toEqual([['1', tagOf(first)], ['2', tagOf(second)], ['3', tagOf(third)]]);
});

test.concurrent('an immutable repository where the tag stands already is no error, and where it stands on another image it is', async () => {
  const build = (image?: Image) => (app: App) => {
    const stack = stackIn(app, 'MarkedImmutable');
    const repository = new ecr.Repository(stack, 'Repository', { repositoryName: 'marked-immutable', imageTagMutability: ecr.TagMutability.IMMUTABLE });
    if (image) service(app, 'MarkedImmutable', () => DigestPinnedImage.fromDigest(repository, image.digest).markedAsDeployed(), stack);
  };
  await cloud.deploy(build());
  const { ecr: client } = cloud.clients();
  const tag = (image: Image, imageTag: string) => client.send(new PutImageCommand({
    repositoryName: 'marked-immutable', imageManifest: image.content, imageManifestMediaType: image.mediaType, imageTag,
  }));
  const [image, other] = [await cloud.push('marked-immutable', '1.0.0'), await cloud.push('marked-immutable', '2.0.0')];
  await tag(image, tagOf(image));
  await cloud.deploy(build(image));
  expect(await cloud.images('MarkedImmutable')).toEqual([uriOf('marked-immutable', image)]);
  expect(await cloud.tagsOf('marked-immutable', image.digest)).toEqual(['1.0.0', tagOf(image)]);
  await tag(image, tagOf(other));
  expect(await reasonOf('MarkedImmutable', build(other))).toContain(
    `'marked-immutable:${tagOf(other)}' (account ${ENV.account}, Region ${ENV.region}) is another image, ${image.digest}, and the tag cannot be moved to ${other.digest}; `);
  expect(await cloud.images('MarkedImmutable')).toEqual([uriOf('marked-immutable', image)]);
});

test.concurrent('an image of another account is marked where the policy there lets it, and otherwise refused', async () => {
  const other = { account: OTHER_ACCOUNT, region: ENV.region };
  await cloud.repository('marked-elsewhere', other);
  const image = await cloud.push('marked-elsewhere', '1.0.0', other);
  const build = (app: App) => service(app, 'MarkedElsewhere', stack => DigestPinnedImage.fromDigest(
    ecr.Repository.fromRepositoryArn(stack, 'Repository', `arn:aws:ecr:${ENV.region}:${OTHER_ACCOUNT}:repository/marked-elsewhere`), image.digest).markedAsDeployed());
  expect(await reasonOf('MarkedElsewhere', build)).toContain(
    `ecr:BatchGetImage for 'marked-elsewhere@${image.digest}' (account ${OTHER_ACCOUNT}, Region ${ENV.region}) is denied`);
  await cloud.clients(other).ecr.send(new SetRepositoryPolicyCommand({
    repositoryName: 'marked-elsewhere',
    policyText: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ENV.account}:root` }, Action: ['ecr:BatchGetImage', 'ecr:PutImage'] }],
    }),
  }));
  await cloud.deploy(build);
  expect(await cloud.images('MarkedElsewhere')).toEqual([uriOf('marked-elsewhere', image, other)]);
  expect(await cloud.tagsOf('marked-elsewhere', image.digest, other)).toEqual(['1.0.0', tagOf(image)]);
});

test.concurrent('an archived image is an error with the command that restores it', async () => {
  await cloud.repository('marked-archived');
  const { digest } = await cloud.push('marked-archived', '1.0.0');
  await cloud.clients().ecr.send(new UpdateImageStorageClassCommand({
    repositoryName: 'marked-archived', imageId: { imageDigest: digest }, targetStorageClass: 'ARCHIVE',
  }));
  expect(await reasonOf('MarkedArchived', marked('MarkedArchived', 'marked-archived', { digest }))).toContain(
    `restore it with: aws ecr update-image-storage-class --registry-id ${ENV.account} --region ${ENV.region} --repository-name marked-archived `
    + `--image-id imageDigest=${digest} --target-storage-class STANDARD`);
  expect(await cloud.tagsOf('marked-archived', digest)).toEqual(['1.0.0']);
});
