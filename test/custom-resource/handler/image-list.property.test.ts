import * as fc from 'fast-check';
import { CloudFormation, ReceivedAnswer } from './cloudformation';
import { IMAGES_IN_LIST } from '../../../src/custom-resource/contract';
import { handleImageList, ImageListHandler } from '../../../src/custom-resource/handler/image-list';

/**
 * The images of a stack in one repository, as its owner sees them.
 *
 * A deployment asks for some images and a threshold. It succeeds, or it fails behind the gate, or in it when an image is refused;
 * CloudFormation then rolls back. In between findings may come, so that nothing would pass any more.
 */
type Step =
  | { readonly do: 'deploy'; readonly images: number[]; readonly threshold: string; readonly laterFails: boolean }
  | { readonly do: 'refuse' | 'let pass'; readonly image: number };

const ARN = 'arn:aws:ecr:eu-west-1:123456789012:repository/api';
/** With two thresholds they fill the memory. */
const IMAGES = IMAGES_IN_LIST;

const image = fc.nat(IMAGES - 1);
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('deploy' as const), images: fc.uniqueArray(image, { minLength: 1, maxLength: IMAGES_IN_LIST }), threshold: fc.constantFrom('HIGH', 'LOW'), laterFails: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('refuse' as const, 'let pass' as const), image }) },
), { maxLength: 30, size: 'max' });

const digestOf = (index: number) => `sha256:${index.toString(16).padStart(64, '0')}`;

let cloudFormation: CloudFormation;

beforeAll(async () => {
  cloudFormation = await CloudFormation.start();
  jest.spyOn(console, 'log').mockImplementation();
});
afterAll(() => cloudFormation.stop());

test('after any history, what has passed stays passed, what has not is asked for, and a rollback asks nobody', async () => {
  let rollbacks = 0;
  let refusals = 0;
  await fc.assert(fc.asyncProperty(steps, async history => {
    const refused = new Set<string>();
    const asked: string[] = [];
    const handler: ImageListHandler = {
      deciding: ['FailOn'],
      prepare: ({ properties, repository }) => async digest => {
        expect(repository).toEqual({ account: '123456789012', region: 'eu-west-1', repositoryName: 'api' });
        asked.push(`${digest} ${properties.FailOn}`);
        if (refused.has(digest)) {
          throw new Error(`${digest} is refused`);
        }
        return { counts: { CRITICAL: 1_234, HIGH: 1_234, MEDIUM: 1_234, LOW: 1_234, INFORMATIONAL: 1_234 }, padding: 'x'.repeat(90) };
      },
    };
    const answerTo = async (...event: Parameters<CloudFormation['event']>): Promise<ReceivedAnswer['body']> => {
      await handleImageList(cloudFormation.event(...event), { getRemainingTimeInMillis: () => 40_000 }, handler);
      const [answer, ...more] = cloudFormation.answers.splice(0);
      expect(more).toEqual([]);
      expect(answer.bytes).toBeLessThanOrEqual(4_096);
      return answer.body;
    };
    const withoutAsking = async (...event: Parameters<CloudFormation['event']>) => {
      const before = asked.length;
      const answer = await answerTo(...event);
      expect(asked).toHaveLength(before);
      expect(answer.Status).toBe('SUCCESS');
      return answer;
    };
    const propertiesOf = ({ images, threshold }: Step & { do: 'deploy' }) => ({ RepositoryArn: ARN, Images: images.map(digestOf), FailOn: threshold });
    const keyOf = (digest: string, threshold: string) => `${digest} ${threshold}`;

    let deployed: { readonly properties: ReturnType<typeof propertiesOf>; readonly id: string } | undefined;
    let passed = new Set<string>();
    for (const step of history) {
      if (step.do !== 'deploy') {
        refused[step.do === 'refuse' ? 'add' : 'delete'](digestOf(step.image));
        continue;
      }
      const properties = propertiesOf(step);
      const fresh = properties.Images.filter(digest => !passed.has(keyOf(digest, step.threshold)));
      const before = asked.length;
      const answer = deployed
        ? await answerTo('Update', properties, deployed.id, deployed.properties)
        : await answerTo('Create', properties);
      expect(asked.slice(before).sort()).toEqual(fresh.map(digest => keyOf(digest, step.threshold)).sort());
      const problems = fresh.filter(digest => refused.has(digest));
      expect(answer.Status).toBe(problems.length > 0 ? 'FAILED' : 'SUCCESS');
      refusals += problems.length;
      problems.forEach(digest => expect(answer.Reason).toContain(`${digest} is refused`));
      if (answer.Status === 'SUCCESS') {
        const data = answer.Data as unknown as Record<string, string>;
        expect(properties.Images.map((_, index) => `sha256:${data[`DigestHex${index + 1}`]}`)).toEqual(properties.Images);
        fresh.forEach(digest => passed.add(keyOf(digest, step.threshold)));
      }
      if (answer.Status === 'SUCCESS' && !step.laterFails) {
        if (deployed && answer.PhysicalResourceId !== deployed.id) {
          await withoutAsking('Delete', deployed.properties, deployed.id);
        }
        deployed = { properties, id: answer.PhysicalResourceId };
      } else if (deployed) {
        rollbacks++;
        const rollback = await withoutAsking('Update', deployed.properties, answer.PhysicalResourceId, properties);
        if (rollback.PhysicalResourceId !== answer.PhysicalResourceId) {
          await withoutAsking('Delete', properties, answer.PhysicalResourceId);
        }
        deployed = { ...deployed, id: rollback.PhysicalResourceId };
      } else {
        await withoutAsking('Delete', properties, answer.PhysicalResourceId);
        passed = new Set();
      }
    }
  }), { numRuns: 200 });
  expect(rollbacks).toBeGreaterThan(100);
  expect(refusals).toBeGreaterThan(100);
}, 120_000);
