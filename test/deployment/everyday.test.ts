import { App, CfnOutput } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Cloud, stackIn, uriOf } from './cloud';
import { DigestPinnedImage, SecureRepository, TagPinOptions } from '../../src';

const cloud = new Cloud();

test.concurrent('a repository is deployed, pushed to, and the service gets the digest of the tag', async () => {
  const build = (app: App) => {
    const api = new SecureRepository(stackIn(app, 'FirstImages'), 'Api', { repositoryName: 'first/api', devCompanion: {} });
    const service = stackIn(app, 'FirstService');
    new FargateTaskDefinition(service, 'Task').addContainer('api', { image: DigestPinnedImage.fromTag(api, '1.0.0') });
  };
  await cloud.deploy(build, 'FirstImages');
  const image = await cloud.push('first/api', '1.0.0');
  await cloud.deploy(build);
  expect(await cloud.images('FirstService')).toEqual([uriOf('first/api', image)]);
});
