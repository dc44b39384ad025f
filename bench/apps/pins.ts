import { App, AppProps, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { DigestPinnedImage } from 'cdk-secure-repository';
import { digestByCustomResource } from './digest-by-custom-resource';
import { measureSynthesis } from './measure-synthesis';

/** Each has two roles, a policy and up to two resources that resolve its image. More than these, `AwsCustomResource` cannot have in a stack. */
const TASKS_A_STACK = 60;

const TAG = 'v1.2.3';
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const ENV = { account: '111111111111', region: 'eu-west-1' };

const KINDS: Record<string, (repository: ecr.IRepository) => ecs.ContainerImage> = {
  'fixed': repository => DigestPinnedImage.fromDigest(repository, DIGEST),
  'looked-up': repository => DigestPinnedImage.fromLookup(repository, TAG),
  'deploy-time': repository => DigestPinnedImage.fromTag(repository, TAG),
  'custom-resource': repository => ecs.ContainerImage.fromEcrRepository(repository, digestByCustomResource(repository, TAG)),
  'by-tag': repository => ecs.ContainerImage.fromEcrRepository(repository, TAG),
};

/** An app with a number of task definitions, each with an image of a repository of its own. */
export function pins(props: AppProps, kind: string, count: number): App {
  const app = new App({ ...props, context: kind === 'looked-up' ? lockOf(count) : undefined });
  for (let i = 0; i < count; i++) {
    const id = `Services${Math.floor(i / TASKS_A_STACK)}`;
    const stack = (app.node.tryFindChild(id) ?? new Stack(app, id, { env: ENV })) as Stack;
    const repository = ecr.Repository.fromRepositoryName(stack, `Repository${i}`, repositoryName(i));
    new ecs.FargateTaskDefinition(stack, `Task${i}`).addContainer('app', { image: KINDS[kind](repository) });
  }
  return app;
}

function lockOf(count: number): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [
    `image-digest:${ENV.account}:${ENV.region}:${encodeURIComponent(repositoryName(i))}:${TAG}`,
    { digest: DIGEST, mediaType: 'application/vnd.oci.image.index.v1+json', pushedAt: '2026-11-02T09:31:00.000Z' },
  ]));
}

function repositoryName(index: number): string {
  return `team/service-${index}`;
}

if (require.main === module) {
  measureSynthesis(pins);
}
