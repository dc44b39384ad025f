import { ECRClient } from '@aws-sdk/client-ecr';
import { checkDigests } from '../../../src/cli/lookup/locked-digests';
import { LookupFailure } from '../../../src/cli/lookup/lookup-failure';
import { Registries } from '../../../src/cli/lookup/registries';
import { ecrRequest } from '../assembly-folder';
import { TestProcess } from '../terminal';

const digest = (number: number) => `sha256:${String(number).padStart(64, '0')}`;

/** What moto cannot do: images in the archive, and refusals in the middle. */
async function check(count: number, answer: (digests: string[]) => object) {
  const asked: number[] = [];
  const send = async ({ input: { imageIds } }: { input: { imageIds: { imageDigest: string }[] } }) => {
    asked.push(imageIds.length);
    return answer(imageIds.map(({ imageDigest }) => imageDigest));
  };
  const access = { client: { send } as unknown as ECRClient, mask: (message: string) => message };
  const registries = { connect: async () => {}, ecr: async () => access } as unknown as Registries;
  const requests = Array.from({ length: count }, (_, number) => ecrRequest('app', `v${number}`));
  const checks = await checkDigests(requests, new Map(requests.map(({ key }, number) => [key, digest(number)])), registries, new TestProcess('/'));
  return { asked, checks: [...checks.values()].map(outcome => outcome instanceof LookupFailure ? outcome.message : outcome) };
}

const found = (digests: string[]) => ({ imageDetails: digests.map(imageDigest => ({ imageDigest, imageStatus: 'ACTIVE' })) });

function refusal(name: string): never {
  throw Object.assign(new Error('no'), { name });
}

test('images that are there can be pulled', async () => {
  expect(await check(3, found)).toEqual({ asked: [3], checks: ['usable', 'usable', 'usable'] });
});

test.each(['ARCHIVED', 'ACTIVATING'])('an image that is %s cannot be pulled', async imageStatus => {
  const { checks } = await check(2, digests => ({ imageDetails: [{ imageDigest: digests[0], imageStatus }, { imageDigest: digests[1] }] }));
  expect(checks).toEqual([expect.stringMatching(/^'app:v0' .* is archived and cannot be pulled; restore it with: aws ecr update-image-storage-class /), 'usable']);
});

test('one that is not there fails alone, in a call that fails and in one that leaves it out', async () => {
  const checks = ['usable', 'usable', 'gone', 'usable', 'usable'];
  const failing = await check(5, digests => digests.includes(digest(2)) ? refusal('ImageNotFoundException') : found(digests));
  expect(failing).toEqual({ asked: [5, 3, 2, 1, 2], checks });
  const leaving = await check(5, digests => found(digests.filter(one => one !== digest(2))));
  expect(leaving).toEqual({ asked: [5], checks });
  expect((await check(1, () => ({}))).checks).toEqual(['gone']);
});

test('a refusal is told for each', async () => {
  const { asked, checks } = await check(2, () => refusal('AccessDeniedException'));
  expect(asked).toEqual([2]);
  expect(checks).toEqual(['v0', 'v1'].map(tag => expect.stringContaining(`ecr:DescribeImages for 'app:${tag}' (account 123456789012, Region eu-west-1) is denied (no)`)));
});
