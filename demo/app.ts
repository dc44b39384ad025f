import { App, Stack } from 'aws-cdk-lib';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { DigestPinnedImage, SecureRepository } from 'cdk-secure-repository';

const app = new App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };

// `cdk deploy -c release=2.0.0` deploys another release, and so on.
const setting = (name: string, otherwise: string): string => app.node.tryGetContext(name) ?? otherwise;
const release = setting('release', '1.0.0');
const commit = setting('commit', '1');
const isLocked = setting('locked', 'false') === 'true';

const images = new Stack(app, 'Images', { env });
const api = new SecureRepository(images, 'Repository', { repositoryName: 'api', devCompanion: { repositoryName: 'api-dev' } });
const dev = api.devCompanion!;

const service = new Stack(app, 'Service', { env });
const task = new FargateTaskDefinition(service, 'Task');
task.addContainer('worker', {
  image: isLocked ? DigestPinnedImage.fromLookup(dev, 'latest') : DigestPinnedImage.fromTag(dev, 'latest', { refreshToken: commit }),
});
task.addContainer('api', {
  image: isLocked ? DigestPinnedImage.fromLookup(api, release) : DigestPinnedImage.fromTag(api, release),
});
