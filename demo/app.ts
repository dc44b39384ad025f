import { App, Stack } from 'aws-cdk-lib';
import { ContainerImage, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { DigestPinnedImage, SecureRepository } from '../src';

export const REPOSITORY = 'api';
export const COMPANION = 'api-dev';
export const VERSION = '1.0.0';

/**
 * @returns the template of the demo's stack
 */
export function synthesize(): any {
  const app = new App();
  const stack = new Stack(app, 'Demo');

  const repository = new SecureRepository(stack, 'Images', {
    repositoryName: REPOSITORY,
    devCompanion: { repositoryName: COMPANION },
  });

  const taskDefinition = new FargateTaskDefinition(stack, 'TaskDefinition');
  taskDefinition.addContainer('before', { image: ContainerImage.fromEcrRepository(repository, VERSION) });
  taskDefinition.addContainer('after', { image: DigestPinnedImage.fromTag(repository, VERSION) });

  return app.synth().getStackByName(stack.stackName).template;
}
