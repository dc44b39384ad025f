import { App, AppProps, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { ContainerImagePolicy } from 'cdk-secure-repository';
import { measureSynthesis } from './measure-synthesis';

/** Each has a role. */
const TASKS_A_STACK = 240;

const IMAGE = `public.ecr.aws/nginx/nginx@sha256:${'0123456789abcdef'.repeat(4)}`;

/** An app with a number of task definitions, each with a pinned image, and the policy where that is asked for. */
export function policy(props: AppProps, kind: string, count: number): App {
  const app = new App(props);
  if (kind === 'with') {
    ContainerImagePolicy.apply(app);
  }
  for (let i = 0; i < count; i++) {
    const id = `Services${Math.floor(i / TASKS_A_STACK)}`;
    const stack = (app.node.tryFindChild(id) ?? new Stack(app, id)) as Stack;
    new ecs.FargateTaskDefinition(stack, `Task${i}`).addContainer('app', { image: ecs.ContainerImage.fromRegistry(IMAGE) });
  }
  return app;
}

if (require.main === module) {
  measureSynthesis(policy);
}
