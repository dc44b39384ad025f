import { App, CfnWaitCondition, CfnWaitConditionHandle } from 'aws-cdk-lib';
import { Cloud, until, uriOf } from './cloud';
import { existing, service } from './service';
import { DigestPinnedImage, TagPinOptions } from '../../src';

const cloud = new Cloud();

interface Version {
  readonly tag?: string;
  readonly refreshToken?: string;
  /** For how many seconds its service is waited for in vain. */
  readonly unhealthyFor?: number;
  /** Only makes another template. */
  readonly description?: string;
}

/** An app as it changes: each version is a deployment. */
function versionsOf(id: string, repositoryName: string) {
  return ({ tag = 'latest', refreshToken, unhealthyFor, description = id }: Version) => (app: App) => {
    const options: TagPinOptions = { refreshToken };
    const stack = service(app, id, scope => DigestPinnedImage.fromTag(existing(scope, repositoryName), tag, options));
    new CfnWaitConditionHandle(stack, description);
    if (unhealthyFor) {
      const { ref } = new CfnWaitConditionHandle(stack, `Handle${tag}${refreshToken}`);
      const healthy = new CfnWaitCondition(stack, `Healthy${tag}${refreshToken}`, { handle: ref, timeout: `${unhealthyFor}`, count: 1 });
      healthy.node.addDependency(stack.node.findChild('Task'));
    }
  };
}

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
  const deployment = cloud.deployInVain(version({ refreshToken: 'b', unhealthyFor: 8 }));
  await until(async () => expect(await cloud.images('RolledBack')).toEqual([uriOf('rolled-back', after)]));
  await cloud.removeRepository('rolled-back');
  await deployment;
  expect(await cloud.stack('RolledBack')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(await cloud.images('RolledBack')).toEqual([uriOf('rolled-back', before)]);
});

test.concurrent('another tag is rolled back to the digest from before, although the registry is gone by then', async () => {
  await cloud.repository('other-rolled-back');
  const version = versionsOf('OtherRolledBack', 'other-rolled-back');
  const before = await cloud.push('other-rolled-back', '1.0.0');
  await cloud.deploy(version({ tag: '1.0.0' }));
  const after = await cloud.push('other-rolled-back', '2.0.0');
  const deployment = cloud.deployInVain(version({ tag: '2.0.0', unhealthyFor: 8 }));
  await until(async () => expect(await cloud.images('OtherRolledBack')).toEqual([uriOf('other-rolled-back', after)]));
  await cloud.removeRepository('other-rolled-back');
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
    await cloud.deployInVain(version({ refreshToken, unhealthyFor: 1 }));
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
  await cloud.deployInVain(version({ refreshToken: 'b', unhealthyFor: 1 }), '--no-rollback');
  await cloud.removeRepository('no-rollback');
  const { code, output } = await cloud.cdk('rollback', version({ refreshToken: 'a' }), []);
  expect([code, output]).toEqual([0, expect.anything()]);
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
    await cloud.deployInVain(version({ refreshToken, unhealthyFor: 1 }), '--no-rollback');
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
