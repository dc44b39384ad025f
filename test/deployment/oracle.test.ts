import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { BatchDeleteImageCommand } from '@aws-sdk/client-ecr';
import { App, CfnWaitCondition, CfnWaitConditionHandle } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as fc from 'fast-check';
import { Cloud, until, uriOf } from './cloud';
import { Outcome, PinModel, Question } from './pin-model';
import { existing, service } from './service';
import { deployByChangeSet } from '../../emulator/deploy';
import { multiArchIndex, singleManifest } from '../../emulator/images';
import { pushToRegistry } from '../../emulator/push-to-registry';
import { DigestPinnedImage } from '../../src';

const cloud = new Cloud();

const REPOSITORY = 'oracle';
const STACK = 'Oracle';
/** A sequence goes on until it tells something, which it does in half as many steps. */
const STEPS = 200;
const [DEPLOYMENTS, REMEMBERED] = [30, 3];
const INDEX = 'application/vnd.oci.image.index.v1+json';

type Step =
  | { readonly do: 'push'; readonly tag: string; readonly isIndex: boolean }
  | { readonly do: 'remove'; readonly tag: string }
  | { readonly do: 'deploy'; readonly question: Question; readonly outcome: Outcome }
  | { readonly do: 'destroy' };

const tag = fc.constantFrom('a', 'a', 'b');
const question = fc.record({
  tag,
  platform: fc.constantFrom(undefined, undefined, undefined, 'linux/arm64'),
  refreshToken: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 14 }) }, // more than a pin remembers
  ).map(String),
});
const outcomes = fc.constantFrom<Outcome>('succeeds', 'succeeds', 'succeeds', 'is rolled back', 'fails and stays');
const steps = fc.array(fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('push' as const), tag, isIndex: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), tag }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('deploy' as const), question, outcome: outcomes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('destroy' as const) }) },
), { minLength: STEPS, maxLength: STEPS });

const PUSHES: Step[] = ['a', 'b'].map(pushed => ({ do: 'push', tag: pushed, isIndex: true }));

let count = 0;

function templateOf({ tag: pinned, platform, refreshToken }: Question, healthy: boolean): object {
  const app = new App({ analyticsReporting: false });
  const stack = service(app, STACK, scope => DigestPinnedImage.fromTag(existing(scope, REPOSITORY), pinned, {
    refreshToken, platform: platform === undefined ? undefined : Platform.custom(platform),
  }));
  const { ref } = new CfnWaitConditionHandle(stack, `Deployment${++count}`);
  if (!healthy) {
    new CfnWaitCondition(stack, `Healthy${count}`, { handle: ref, timeout: '1', count: 1 }).node.addDependency(stack.node.findChild('Task'));
  }
  return app.synth().getStackByName(STACK).template;
}

/** What a tag means now, by the protocol of registries. */
async function meaningOf({ tag: asked, platform }: Question): Promise<string | undefined> {
  const manifest = await fetch(`${cloud.aws.endpoint}/v2/${REPOSITORY}/manifests/${asked}`, { headers: { accept: INDEX } });
  if (platform === undefined || !manifest.ok) {
    return manifest.headers.get('docker-content-digest') ?? undefined;
  }
  const { manifests = [] } = await manifest.json() as any;
  return manifests.find((child: any) => `${child.platform.os}/${child.platform.architecture}` === platform)?.digest;
}

/** The stack, and the model beside it. */
class Deployments {
  public readonly log: string[] = [];
  public readonly model = new PinModel();
  private exists = false;
  private hasFailed = false;

  public async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'push': {
        const images = ['amd64', 'arm64'].map(architecture => singleManifest(`${architecture} ${Math.random()}`));
        const image = step.isIndex ? multiArchIndex(images.map((manifest, i) => ({ platform: ['linux/amd64', 'linux/arm64'][i], manifest })), { attestations: true }) : images[0];
        return pushToRegistry(new URL(cloud.aws.endpoint).host, REPOSITORY, image, step.tag);
      }
      case 'remove':
        await cloud.clients().ecr.send(new BatchDeleteImageCommand({ repositoryName: REPOSITORY, imageIds: [{ imageTag: step.tag }] }));
        return;
      case 'deploy':
        return this.model.isOpen(step.question) ? undefined : this.deploy(step.question, step.outcome);
      case 'destroy':
        this.model.destroy();
        return this.destroy();
    }
  }

  private async deploy(asked: Question, wanted: Outcome): Promise<void> {
    // A first deployment has nothing to stay with, and one that failed nothing to be rolled back to.
    const outcome = !this.exists && wanted === 'fails and stays' ? 'is rolled back' : this.hasFailed && wanted === 'is rolled back' ? 'fails and stays' : wanted;
    const meaning = await meaningOf(asked);
    const expected = this.model.deploy(asked, outcome, meaning);
    const disableRollback = outcome === 'fails and stays' || this.hasFailed;

    const error = await deployByChangeSet(
      cloud.clients().cloudFormation, STACK, templateOf(asked, outcome === 'succeeds'), { exists: this.exists, disableRollback },
    ).then(() => undefined, (reason: Error) => reason);
    this.log.push(`${JSON.stringify(asked)} ${outcome}, means ${meaning}: ${error?.message.split('\n').slice(0, 1) ?? 'deployed'}`);
    this.check(!error === expected, `the deployment ${expected ? 'succeeds' : 'fails'}`);
    if (!this.exists && !expected) {
      this.model.destroy();
      return this.destroy();
    }
    this.exists = true;
    this.hasFailed = !expected && disableRollback;
    const [image] = await cloud.images(STACK);
    this.check(image === uriOf(REPOSITORY, { digest: this.model.running! }), `ECS has ${this.model.running}, and not ${image}`);
  }

  private check(holds: boolean, expected: string): void {
    if (!holds) throw new Error([`expected that ${expected}, after:`, ...this.log].join('\n'));
  }

  public async destroy(): Promise<void> {
    this.exists = this.hasFailed = false;
    await cloud.clients().cloudFormation.send(new DeleteStackCommand({ StackName: STACK }));
    await until(() => expect(cloud.stack(STACK)).rejects.toThrow('does not exist'));
  }
}

test('what ECS runs is what the documentation says, and what the registry said at that moment', async () => {
  await cloud.repository(REPOSITORY);
  await cloud.push(REPOSITORY, 'first');
  await cloud.deploy(app => service(app, STACK, stack => DigestPinnedImage.fromTag(existing(stack, REPOSITORY), 'first'))); // publishes the function

  await fc.assert(fc.asyncProperty(steps, async sequence => {
    const deployments = new Deployments();
    await deployments.destroy();
    const { counts } = deployments.model;
    const isTelling = () => counts.deployments >= DEPLOYMENTS && counts.remembered >= REMEMBERED;
    for (const step of [...PUSHES, ...sequence]) {
      if (!isTelling()) await deployments.take(step);
    }
    fc.pre(isTelling());
  }), { numRuns: 1, endOnFailure: true });
});
