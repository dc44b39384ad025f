import { App, CfnWaitCondition, CfnWaitConditionHandle } from 'aws-cdk-lib';
import { Cloud, ENV, uriOf } from './cloud';
import { sentBack } from './sent-back';
import { existing, service } from './service';
import { Image } from '../../emulator/images';
import { basicFinding, basicScan } from '../../emulator/scan-findings';
import { DigestPinnedImage, IgnoredFinding, ImageGate } from '../../src';
import { SCANNED_TYPE } from '../../src/gates/contract';

/** What has passed a gate stays passed. */

const cloud = new Cloud();

const HIGH = basicScan(basicFinding());
const IGNORED: IgnoredFinding = { id: 'CVE-2026-0001', reason: 'the parser is not used', until: '9999-12-31' };

interface Version {
  readonly image: Image;
  readonly ignore?: IgnoredFinding[];
  readonly recheck?: string;
  /** Its service does not become healthy. */
  readonly unhealthy?: true;
  /** Only makes another template. */
  readonly description?: string;
}

/** An app as it changes: each version is a deployment. */
function versionsOf(id: string, repositoryName: string) {
  return ({ image, ignore, recheck, unhealthy, description = id }: Version) => (app: App) => {
    const gate = ImageGate.scanned({ ignore, recheck });
    const stack = service(app, id, scope => DigestPinnedImage.fromDigest(existing(scope, repositoryName), image.digest).gatedBy(gate));
    const { ref } = new CfnWaitConditionHandle(stack, description);
    if (unhealthy) {
      const healthy = new CfnWaitCondition(stack, `Healthy${description}`, { handle: ref, timeout: '1', count: 1 });
      healthy.node.addDependency(stack.node.findChild('Task'));
    }
  };
}

/** An image that passes once, and has a finding when it is looked at again. */
async function pushPassingOnce(repositoryName: string, tag: string): Promise<Image> {
  const image = await cloud.push(repositoryName, tag);
  await cloud.scan(repositoryName, image.digest, basicScan(), HIGH);
  return image;
}

/** What was asked since the last time. */
function questionsAbout(repositoryName: string) {
  let known = 0;
  return async () => {
    const asked = await cloud.requests(repositoryName);
    return asked.slice(known, known = asked.length).map(({ operation }) => operation).filter(operation => operation !== 'PutImage');
  };
}

const ONCE = ['BatchGetImage', 'DescribeImageScanFindings'];

test.concurrent('nobody is asked again by a change of something else, a rollback, a revert or a destruction', async () => {
  await cloud.repository('passed');
  const version = versionsOf('Passed', 'passed');
  const [first, second, third] = [await pushPassingOnce('passed', '1'), await pushPassingOnce('passed', '2'), await pushPassingOnce('passed', '3')];
  const questions = questionsAbout('passed');
  await questions();

  await cloud.deploy(version({ image: first }));
  expect(await questions()).toEqual(ONCE);
  await cloud.deploy(version({ image: first, description: 'Other' }));
  expect(await questions()).toEqual([]);

  await cloud.deploy(version({ image: second }));
  expect(await questions()).toEqual(ONCE);
  await cloud.deploy(version({ image: first, description: 'Revert' }));
  expect(await cloud.images('Passed')).toEqual([uriOf('passed', first)]);
  expect(await questions()).toEqual([]);

  await cloud.deployInVain(version({ image: third, unhealthy: true, description: 'Unhealthy' }));
  expect(await cloud.stack('Passed')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(await cloud.images('Passed')).toEqual([uriOf('passed', first)]);
  expect(await questions()).toEqual(ONCE);

  await cloud.destroy(version({ image: first }));
  await expect(cloud.stack('Passed')).rejects.toThrow('does not exist');
  expect(await questions()).toEqual([]);
});

test.concurrent('a gate that is sent back to the image from before asks nobody, although the repository is gone', async () => {
  await cloud.repository('passed-back');
  const [before, after] = [await pushPassingOnce('passed-back', '1'), await pushPassingOnce('passed-back', '2')];
  const version = versionsOf('PassedBack', 'passed-back');
  await cloud.deploy(version({ image: before }));
  await cloud.deploy(version({ image: after }));
  const [physicalId] = await cloud.physicalIds('PassedBack', SCANNED_TYPE);
  await cloud.removeRepository('passed-back');
  const properties = { RepositoryArn: `arn:aws:ecr:${ENV.region}:${ENV.account}:repository/passed-back`, Gate: 'scanned', FailOn: 'HIGH', WaitSeconds: '600' };
  const [from, to] = [after, before].map(({ digest }) => ({ ...properties, Images: [digest] }));
  expect(await sentBack(cloud, 'PassedBack', physicalId, from, to)).toMatchObject({
    Status: 'SUCCESS', Data: { DigestHex1: before.digest.replace('sha256:', ''), Result1: '{"remembered":true}' },
  });
});

test.concurrent('another recheck judges again, and refuses what was found since', async () => {
  await cloud.repository('rechecked');
  const version = versionsOf('Rechecked', 'rechecked');
  const image = await pushPassingOnce('rechecked', '1');
  const questions = questionsAbout('rechecked');
  await questions();
  await cloud.deploy(version({ image, recheck: '2026-01' }));
  expect(await questions()).toEqual(ONCE);
  expect(await cloud.deployInVain(version({ image, recheck: '2026-02' }))).toContain('has findings of severity HIGH or above: 1 HIGH');
  expect(await cloud.stack('Rechecked')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(await questions()).toEqual(ONCE);
  await cloud.deploy(version({ image, recheck: '2026-01', description: 'AsBefore' }));
  expect(await questions()).toEqual([]);
});

test.concurrent('a finding that is not ignored any more stops nothing that has passed, but the next image', async () => {
  await cloud.repository('not-ignored');
  const version = versionsOf('NotIgnored', 'not-ignored');
  const [image, next] = [await cloud.push('not-ignored', '1'), await cloud.push('not-ignored', '2')];
  await Promise.all([image, next].map(({ digest }) => cloud.scan('not-ignored', digest, HIGH)));
  await cloud.deploy(version({ image, ignore: [IGNORED] }));
  const questions = questionsAbout('not-ignored');
  await questions();
  await cloud.deploy(version({ image }));
  expect(await questions()).toEqual([]);
  expect(await cloud.deployInVain(version({ image: next }))).toContain('the worst: CVE-2026-0001 HIGH');
  expect(await cloud.images('NotIgnored')).toEqual([uriOf('not-ignored', image)]);
});
