import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { App } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Cloud, uriOf } from './cloud';
import { existing, service } from './service';
import { DigestPinnedImage } from '../../src';

const cloud = new Cloud();

test.concurrent('an image is promoted with put-parameter and a deployment, taken back in the same way, and nothing but a digest is', async () => {
  await cloud.repository('promoted');
  const [first, second] = [await cloud.push('promoted', '1.0.0'), await cloud.push('promoted', '1.1.0')];
  const build = (app: App) => {
    service(app, 'Promoted', stack => DigestPinnedImage.fromParameter(
      existing(stack, 'promoted'), StringParameter.fromStringParameterName(stack, 'Live', '/promoted/live')));
  };
  for (const image of [first, second, first]) {
    await cloud.clients().ssm.send(new PutParameterCommand({ Name: '/promoted/live', Type: 'String', Value: image.digest, Overwrite: true }));
    await cloud.deploy(build);
    expect(await cloud.images('Promoted')).toEqual([uriOf('promoted', image)]);
  }
  for (const Value of ['1.0.0', 'foo:bar', `sha512:${'a'.repeat(128)}`, first.digest.replace('sha256:', '')]) {
    await cloud.clients().ssm.send(new PutParameterCommand({ Name: '/promoted/live', Type: 'String', Value, Overwrite: true }));
    await cloud.deployInVain(build);
    expect(await cloud.images('Promoted')).toEqual([uriOf('promoted', first)]);
  }
});
