import { App, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { ContainerImage, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { stackIn } from './cloud';

export type ImagesIn = (stack: Stack) => ContainerImage | ContainerImage[];

/** A stack with a task definition of these images, in a container each. */
export function service(app: App, id: string, imagesIn: ImagesIn, stack = stackIn(app, id)): Stack {
  const taskDefinition = new FargateTaskDefinition(stack, 'Task');
  [imagesIn(stack)].flat().forEach((image, index) => taskDefinition.addContainer(`container${index}`, { image }));
  return stack;
}

/** A repository that exists outside of the app. */
export function existing(stack: Stack, repositoryName: string): ecr.IRepository {
  return ecr.Repository.fromRepositoryName(stack, 'Repository', repositoryName);
}
