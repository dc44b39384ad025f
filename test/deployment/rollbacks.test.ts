import { App, CfnWaitCondition, CfnWaitConditionHandle } from 'aws-cdk-lib';
import { Cloud, ENV, PIN, until, uriOf } from './cloud';
import { sentBack } from './sent-back';
import { existing, service } from './service';
import { DigestPinnedImage, TagPinOptions } from '../../src';

const cloud = new Cloud();

interface Version {
  readonly tag?: string;
  readonly refreshToken?: string;
  /** Its service does not become healthy, and CloudFormation waits until `giveUp`, or for some seconds. */
  readonly unhealthy?: boolean | number;
  /** Only makes another template. */
  readonly description?: string;
}

/** An app as it changes: each version is a deployment. */
function versionsOf(id: string, repositoryName: string) {
  return ({ tag = 'latest', refreshToken, unhealthy, description = id }: Version) => (app: App) => {
    const options: TagPinOptions = { refreshToken };
    const stack = service(app, id, scope => DigestPinnedImage.fromTag(existing(scope, repositoryName), tag, options));
    new CfnWaitConditionHandle(stack, description);
    if (unhealthy) {
      const { ref } = new CfnWaitConditionHandle(stack, `Handle${tag}${refreshToken}`);
      const timeout = unhealthy === true ? '600' : `${unhealthy}`;
      const healthy = new CfnWaitCondition(stack, `Healthy${tag}${refreshToken}`, { handle: ref, timeout, count: 1 });
      healthy.node.addDependency(stack.node.findChild('Task'));
    }
  };
}

/** Ends the waiting for an unhealthy service. */
async function giveUp(stackName: string): Promise<void> {
  const handles = await cloud.physicalIds(stackName, 'AWS::CloudFormation::WaitConditionHandle');
  const body = Buffer.from(JSON.stringify({ Status: 'FAILURE', Reason: 'it is not healthy', UniqueId: '1', Data: '' })); // without a content type
  for (const handle of handles) {
    expect((await fetch(handle, { method: 'PUT', body })).status).toBe(200);
  }
}

const PROPERTIES = { RepositoryArn: `arn:aws:ecr:${ENV.region}:${ENV.account}:repository/rolled-back`, Tag: 'latest' };

test.concurrent('a first deployment that failed is deployed again once the image is there', async () => {
  await cloud.repository('late');
  const version = versionsOf('Late', 'late');
  await cloud.deployInVain(version({ tag: '1.0.0' }));
  const image = await cloud.push('late', '1.0.0');
  await cloud.deploy(version({ tag: '1.0.0' }));
  expect(await cloud.images('Late')).toEqual([uriOf('late', image)]);
});

test.concurrent('a moved tag is rolled back to the digest from before, although the registry is gone by then', async () => {
  await cloud.repository('rolled-back');
  const version = versionsOf('RolledBack', 'rolled-back');
  const before = await cloud.push('rolled-back', 'latest');
  await cloud.deploy(version({ refreshToken: 'a' }));
  const after = await cloud.push('rolled-back', 'latest');
  const deployment = cloud.deployInVain(version({ refreshToken: 'b', unhealthy: true }));
  await until(async () => expect(await cloud.images('RolledBack')).toEqual([uriOf('rolled-back', after)]));
  await cloud.removeRepository('rolled-back');
  const [updated] = await cloud.physicalIds('RolledBack', PIN);
  await giveUp('RolledBack');
  await deployment;
  expect(await cloud.stack('RolledBack')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(await cloud.images('RolledBack')).toEqual([uriOf('rolled-back', before)]);

  const answer = await sentBack(cloud, 'RolledBack', updated, { ...PROPERTIES, RefreshToken: 'b' }, { ...PROPERTIES, RefreshToken: 'a' });
  expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { DigestHex: before.digest.replace('sha256:', '') } });
});

test.concurrent('another tag is rolled back to the digest from before, although the registry is gone by then', async () => {
  await cloud.repository('other-rolled-back');
  const version = versionsOf('OtherRolledBack', 'other-rolled-back');
  const before = await cloud.push('other-rolled-back', '1.0.0');
  await cloud.deploy(version({ tag: '1.0.0' }));
  const after = await cloud.push('other-rolled-back', '2.0.0');
  const deployment = cloud.deployInVain(version({ tag: '2.0.0', unhealthy: true }));
  await until(async () => expect(await cloud.images('OtherRolledBack')).toEqual([uriOf('other-rolled-back', after)]));
  await cloud.removeRepository('other-rolled-back');
  await giveUp('OtherRolledBack');
  await deployment;
  expect(await cloud.stack('OtherRolledBack')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(await cloud.images('OtherRolledBack')).toEqual([uriOf('other-rolled-back', before)]);
});

test.concurrent('several failures in a row leave the digest from before, and the next success has the newest', async () => {
  await cloud.repository('failing');
  const version = versionsOf('Failing', 'failing');
  const before = await cloud.push('failing', 'latest');
  await cloud.deploy(version({ refreshToken: 'a' }));
  for (const refreshToken of ['b', 'c']) {
    await cloud.push('failing', 'latest');
    await cloud.deployInVain(version({ refreshToken, unhealthy: 1 }));
    expect(await cloud.images('Failing')).toEqual([uriOf('failing', before)]);
  }
  const newest = await cloud.push('failing', 'latest');
  await cloud.deploy(version({ refreshToken: 'd' }));
  expect(await cloud.images('Failing')).toEqual([uriOf('failing', newest)]);
});

test.concurrent('a failure without rollback is rolled back later to the digest from before, although the registry is gone', async () => {
  await cloud.repository('no-rollback');
  const version = versionsOf('NoRollback', 'no-rollback');
  const before = await cloud.push('no-rollback', 'latest');
  await cloud.deploy(version({ refreshToken: 'a' }));
  await cloud.push('no-rollback', 'latest');
  await cloud.deployInVain(version({ refreshToken: 'b', unhealthy: 1 }), '--no-rollback');
  await cloud.removeRepository('no-rollback');
  await cloud.rollback(version({ refreshToken: 'a' }));
  expect(await cloud.stack('NoRollback')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(await cloud.images('NoRollback')).toEqual([uriOf('no-rollback', before)]);
});

// CloudFormation's own rollback goes back to the last version that was stable; the emulator's goes back by one failure, and takes a
// template that it had before the failures for no change.
test.concurrent('after several failures without rollback, the token from before is deployed again, although the registry is gone', async () => {
  await cloud.repository('reverted');
  const version = versionsOf('Reverted', 'reverted');
  const before = await cloud.push('reverted', 'latest');
  await cloud.deploy(version({ refreshToken: 'a' }));
  for (const refreshToken of ['b', 'c']) {
    const image = await cloud.push('reverted', 'latest');
    await cloud.deployInVain(version({ refreshToken, unhealthy: 1 }), '--no-rollback');
    expect(await cloud.stack('Reverted')).toMatchObject({ StackStatus: 'UPDATE_FAILED' });
    expect(await cloud.images('Reverted')).toEqual([uriOf('reverted', image)]);
  }
  await cloud.removeRepository('reverted');
  await cloud.deploy(version({ refreshToken: 'a', description: 'AsBefore' }), '--no-rollback');
  expect(await cloud.images('Reverted')).toEqual([uriOf('reverted', before)]);
});

test.concurrent('after failures without rollback, a version that works is deployed', async () => {
  await cloud.repository('forward');
  const version = versionsOf('Forward', 'forward');
  await cloud.push('forward', 'latest');
  await cloud.deploy(version({ refreshToken: 'a' }));
  await cloud.deployInVain(version({ tag: 'never-pushed' }), '--no-rollback');
  const image = await cloud.push('forward', 'latest');
  await cloud.deploy(version({ refreshToken: 'b' }), '--no-rollback');
  expect(await cloud.stack('Forward')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  expect(await cloud.images('Forward')).toEqual([uriOf('forward', image)]);
});
