import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { App, CfnWaitCondition, CfnWaitConditionHandle, Duration, Stack } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { Cloud, until, uriOf } from './cloud';
import { GateModel } from './gate-model';
import { Outcome } from './pin-model';
import { existing, service } from './service';
import { deployByChangeSet } from '../../emulator/deploy';
import { Image } from '../../emulator/images';
import { basicFinding, basicScan } from '../../emulator/scan-findings';
import { DigestPinnedImage, ImageGate, RetentionRule, SecureRepository } from '../../src';
import { deployedTag } from '../../src/names/deployed-tag';
import { EvaluatedImage, evaluate } from '../repository/lifecycle-evaluator';
import { policyRules } from '../repository/lifecycle-policy-text';

const cloud = new Cloud();

const REPOSITORY = 'gate-sequences';
const STACK = 'GateSequences';
const IMAGES = 5;
/** A sequence goes on until it tells something, which it does in half as many steps. */
const STEPS = 120;
const [DEPLOYMENTS, REFUSED, REMEMBERED, ROLLED_BACK] = [20, 4, 3, 2];

type Step =
  | { readonly do: 'scan'; readonly image: number; readonly isVulnerable: boolean }
  | { readonly do: 'deploy'; readonly image: number; readonly outcome: Outcome }
  | { readonly do: 'destroy' };

const image = fc.nat({ max: IMAGES - 1 });
const outcome = fc.constantFrom<Outcome>('succeeds', 'succeeds', 'is rolled back', 'fails and stays');
const steps = fc.array(fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('scan' as const), image, isVulnerable: fc.boolean() }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('deploy' as const), image, outcome }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('destroy' as const) }) },
), { minLength: STEPS, maxLength: STEPS });

/** With these rules, only what was deployed outlives a day. */
const LIFECYCLE_RULES = policyRules(new SecureRepository(new Stack(new App(), 'Rules'), 'Images', {
  retention: [RetentionRule.keepDeployed(IMAGES), RetentionRule.keepFor('*', Duration.days(1))],
}).stack);

const tagOf = (number: number) => `v${number}`;

let count = 0;

function templateOf({ digest }: Image, isHealthy: boolean): object {
  const app = new App({ analyticsReporting: false });
  const stack = service(app, STACK, scope =>
    DigestPinnedImage.fromDigest(existing(scope, REPOSITORY), digest).gatedBy(ImageGate.scanned()).markedAsDeployed());
  const { ref } = new CfnWaitConditionHandle(stack, `Deployment${++count}`);
  if (!isHealthy) {
    new CfnWaitCondition(stack, `Healthy${count}`, { handle: ref, timeout: '1', count: 1 }).node.addDependency(stack.node.findChild('Task'));
  }
  return app.synth().getStackByName(STACK).template;
}

/** How often ECR was asked by functions so far. */
async function questions(): Promise<number> {
  return (await cloud.requests(REPOSITORY)).filter(({ operation }) => operation !== 'DescribeImages').length;
}

/** The stack, and the model beside it. */
class Deployments {
  public readonly log: string[] = [];
  public readonly model = new GateModel();
  private exists = false;
  private hasFailed = false;

  constructor(private readonly images: Image[]) {}

  public async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'scan':
        this.log.push(JSON.stringify(step));
        this.model.scan(step.image, step.isVulnerable);
        return cloud.scan(REPOSITORY, this.images[step.image].digest, step.isVulnerable ? basicScan(basicFinding()) : basicScan());
      case 'deploy':
        return this.model.isOpen(step.image) && this.model.isVulnerable(step.image) ? undefined : this.deploy(step.image, step.outcome);
      case 'destroy': {
        const before = await questions();
        this.log.push('destroy');
        await this.destroy();
        this.check(await questions() === before, 'a destruction asks nobody');
        return this.checkTags();
      }
    }
  }

  private async deploy(number: number, wanted: Outcome): Promise<void> {
    // A first deployment has nothing to stay with, and one that failed nothing to be rolled back to.
    const to = !this.exists && wanted === 'fails and stays' ? 'is rolled back' : this.hasFailed && wanted === 'is rolled back' ? 'fails and stays' : wanted;
    const isOpen = this.model.isOpen(number);
    const expected = this.model.deploy(number, to);
    const disableRollback = this.exists && (to === 'fails and stays' || this.hasFailed);
    const before = await questions();

    const error = await deployByChangeSet(
      cloud.clients().cloudFormation, STACK, templateOf(this.images[number], to === 'succeeds'), { exists: this.exists, disableRollback },
    ).then(() => undefined, (reason: Error) => reason);
    this.log.push(`image ${number} ${to}: ${error?.message ?? 'deployed'}`);
    this.check(!error === expected.succeeds, `the deployment ${expected.succeeds ? 'succeeds' : 'fails'}`);

    const asked = await questions() - before;
    const times = expected.questions;
    this.check(isOpen ? asked <= times : asked === times, `ECR is asked ${times} times, and not ${asked}`);
    await this.checkTags();
    if (!this.exists && !expected.succeeds) {
      return this.destroy();
    }
    this.exists = true;
    this.hasFailed = !expected.succeeds && disableRollback;
    const [running] = await cloud.images(STACK);
    this.check(running === uriOf(REPOSITORY, this.images[this.model.running!]), `ECS has image ${this.model.running}, and not ${running}`);
  }

  /** Every image that was ever deployed has its tag and outlives the others, which have none. */
  private async checkTags(): Promise<void> {
    const all: EvaluatedImage[] = [];
    for (const [number, { digest }] of this.images.entries()) {
      const tags = await cloud.tagsOf(REPOSITORY, digest);
      const expected = [...this.model.marked.has(number) ? [deployedTag(digest)] : [], tagOf(number)];
      this.check(JSON.stringify(tags) === JSON.stringify(expected), `image ${number} has the tags ${expected}, and not ${tags}`);
      all.push({ image: tagOf(number), tags, pushedDaysAgo: 1_000 - number });
    }
    const { expired } = evaluate(LIFECYCLE_RULES, all);
    const others = all.map(one => one.image).filter((_, number) => !this.model.marked.has(number));
    this.check(JSON.stringify(expired) === JSON.stringify(others), `ECR expires ${others}, and not ${expired}`);
  }

  private check(holds: boolean, expected: string): void {
    if (!holds) throw new Error([`expected that ${expected}, after:`, ...this.log].join('\n'));
  }

  public async destroy(): Promise<void> {
    this.model.destroy();
    this.exists = this.hasFailed = false;
    await cloud.clients().cloudFormation.send(new DeleteStackCommand({ StackName: STACK }));
    await until(() => expect(cloud.stack(STACK)).rejects.toThrow('does not exist'));
  }
}

test('what ECS runs has passed, no rollback asks about it, and all that was ever deployed keeps its tag and never expires', async () => {
  await cloud.repository(REPOSITORY);
  const first = await cloud.push(REPOSITORY, 'first');
  await cloud.scan(REPOSITORY, first.digest, basicScan());
  await cloud.deploy(app => service(app, STACK, stack =>
    DigestPinnedImage.fromDigest(existing(stack, REPOSITORY), first.digest).gatedBy(ImageGate.scanned()).markedAsDeployed())); // publishes the functions

  await fc.assert(fc.asyncProperty(steps, async sequence => {
    const images: Image[] = [];
    for (let number = 0; number < IMAGES; number++) {
      images.push(await cloud.push(REPOSITORY, tagOf(number)));
      await cloud.scan(REPOSITORY, images[number].digest, basicScan());
    }
    const deployments = new Deployments(images);
    await deployments.destroy();
    const { counts } = deployments.model;
    const isTelling = () =>
      counts.deployments >= DEPLOYMENTS && counts.refused >= REFUSED && counts.remembered >= REMEMBERED && counts.rolledBack >= ROLLED_BACK;
    for (const step of sequence) {
      if (!isTelling()) await deployments.take(step);
    }
    fc.pre(isTelling());
  }), { numRuns: 2, endOnFailure: true });
});
