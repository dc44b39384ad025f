import { DescribeImagesCommand, ECRClient, ImageNotFoundException } from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import { handler } from '../../../src/resolver/handler';
import { CloudFormation, ReceivedAnswer } from '../../custom-resource/handler/cloudformation';

/**
 * A stack with one pin, as its owner sees it.
 *
 * A deployment asks for a tag and a token. It succeeds, or it fails behind the pin, or in the pin when the tag does not exist;
 * CloudFormation then rolls back. In between anybody may move the tags.
 */
type Step =
  | { readonly do: 'deploy'; readonly question: Question; readonly laterFails: boolean }
  | { readonly do: 'push'; readonly tag: string }
  | { readonly do: 'remove'; readonly tag: string };

interface Question {
  readonly Tag: string;
  readonly RefreshToken?: string;
  readonly WaitSeconds?: string;
}

const PIN = { RepositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/api' };

const tag = fc.constantFrom('v1', 'v2');
const question: fc.Arbitrary<Question> = fc.record({
  Tag: tag,
  RefreshToken: fc.constantFrom(...'abcdefgh'),
  WaitSeconds: fc.constantFrom('0', '00'),
});
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('deploy' as const), question, laterFails: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('push' as const), tag }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), tag }) },
), { maxLength: 40, size: 'max' });

const ecr = mockClient(ECRClient);
let cloudFormation: CloudFormation;

beforeAll(async () => {
  cloudFormation = await CloudFormation.start();
  jest.spyOn(console, 'log').mockImplementation();
});
afterAll(() => cloudFormation.stop());

async function answerTo(...event: Parameters<CloudFormation['event']>): Promise<ReceivedAnswer['body']> {
  await handler(cloudFormation.event(...event), { getRemainingTimeInMillis: () => 30_000 });
  const [answer, ...more] = cloudFormation.answers.splice(0);
  expect(more).toEqual([]);
  expect(answer.body.PhysicalResourceId.length).toBeLessThan(1_024);
  return answer.body;
}

/** What must need no call: CloudFormation may send it at a time when the registry, or the image, is gone. */
async function withoutCalls(...event: Parameters<CloudFormation['event']>): Promise<ReceivedAnswer['body']> {
  const before = ecr.calls().length;
  const answer = await answerTo(...event);
  expect(ecr.calls()).toHaveLength(before);
  expect(answer.Status).toBe('SUCCESS');
  return answer;
}

const sameQuestion = (one: Question, other: Question) => one.Tag === other.Tag && one.RefreshToken === other.RefreshToken;

test('after any history, the stack has the digest that its owner expects', async () => {
  let rollbacks = 0;
  await fc.assert(fc.asyncProperty(steps, async history => {
    let pushes = 0;
    const tags = new Map<string, string>();
    const push = (name: string) => tags.set(name, (++pushes).toString(16).padStart(64, '0'));
    push('v1');
    ecr.reset();
    ecr.on(DescribeImagesCommand).callsFake(({ imageIds }) => {
      const hex = tags.get(imageIds[0].imageTag);
      if (!hex) {
        throw new ImageNotFoundException({ $metadata: {}, message: '' });
      }
      return { imageDetails: [{ imageDigest: `sha256:${hex}` }] };
    });

    let deployed: { readonly question: Question; readonly hex: string; readonly id: string } | undefined;
    // Questions that had an answer, also when that was rolled back, newest first.
    let remembered: { readonly question: Question; readonly hex: string }[] = [];
    const remember = (pin: { readonly question: Question; readonly hex: string }) => {
      remembered = [pin, ...remembered.filter(other => !sameQuestion(other.question, pin.question))].slice(0, 10);
    };

    for (const step of history) {
      if (step.do === 'push') {
        push(step.tag);
      } else if (step.do === 'remove') {
        tags.delete(step.tag);
      } else if (!deployed) {
        const answer = await answerTo('Create', { ...PIN, ...step.question });
        expect(answer.Data?.DigestHex).toBe(tags.get(step.question.Tag));
        if (answer.Status === 'FAILED' || step.laterFails) {
          await withoutCalls('Delete', { ...PIN, ...step.question }, answer.PhysicalResourceId);
        } else {
          deployed = { question: step.question, hex: answer.Data!.DigestHex, id: answer.PhysicalResourceId };
          remembered = [deployed];
        }
      } else {
        const expected = remembered.find(pin => sameQuestion(pin.question, step.question))?.hex ?? tags.get(step.question.Tag);
        const answer = await answerTo('Update', { ...PIN, ...step.question }, deployed.id, { ...PIN, ...deployed.question });
        expect(answer.Data?.DigestHex).toBe(expected);
        if (answer.Status === 'SUCCESS') {
          remember({ question: step.question, hex: answer.Data!.DigestHex });
        }
        if (answer.Status === 'FAILED' || step.laterFails) {
          rollbacks++;
          tags.forEach((_, name) => push(name));
          const rollback = await withoutCalls('Update', { ...PIN, ...deployed.question }, answer.PhysicalResourceId, { ...PIN, ...step.question });
          expect(rollback.Data?.DigestHex).toBe(deployed.hex);
          if (rollback.PhysicalResourceId !== answer.PhysicalResourceId) {
            await withoutCalls('Delete', { ...PIN, ...step.question }, answer.PhysicalResourceId);
          }
          remember(deployed);
          deployed = { ...deployed, id: rollback.PhysicalResourceId };
        } else {
          if (answer.PhysicalResourceId !== deployed.id) {
            await withoutCalls('Delete', { ...PIN, ...deployed.question }, deployed.id);
          }
          deployed = { question: step.question, hex: answer.Data!.DigestHex, id: answer.PhysicalResourceId };
        }
      }
    }
    if (deployed) {
      await withoutCalls('Delete', { ...PIN, ...deployed.question }, deployed.id);
    }
  }), { numRuns: 200 });
  expect(rollbacks).toBeGreaterThan(100);
}, 60_000);

