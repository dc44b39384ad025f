import { digestInStandIn, EcrStandIn, startEcrStandIn } from '../../../emulator/ecr-stand-in';
import { ecrRequest } from '../assembly-folder';
import { CommandBench } from '../command-bench';
import { ProcessEnvironment } from '../process-environment';
import { UserFolder } from '../user-folder';

jest.setTimeout(60_000);

const ENTRIES = 10_000;
const IMAGES_PER_CALL = 100;
const CALLS = Array(ENTRIES / IMAGES_PER_CALL).fill(IMAGES_PER_CALL);
const MAX_RSS_MEGABYTES = 300;

let ecr: EcrStandIn;

beforeEach(async () => {
  ecr = await startEcrStandIn();
});

afterEach(() => ecr.stop());

const environment = () => ({ AWS_ENDPOINT_URL: ecr.url, AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator' });

const command = new CommandBench();
new ProcessEnvironment(environment);

const pins = Array.from({ length: ENTRIES }, (_, number) => ({ repository: `team/app-${number % 10}`, tag: `v${number}` }))
  .map(({ repository, tag }) => ({ request: ecrRequest(repository, tag), digest: digestInStandIn(repository, tag) }));

const upToDate = Object.fromEntries(pins.map(({ request, digest }) => [request.key, { digest }]));
const outdated = Object.fromEntries(pins.map(({ request: { key } }) => [key, { digest: `sha256:${'0'.repeat(63)}1` }]));

describe(`a lock of ${ENTRIES} pins`, () => {
  test('is listed, without a call', async () => {
    command.writeContext(upToDate);
    const { code, out, err } = await command.run('list');
    expect([code, out.length, err]).toEqual([0, ENTRIES + 1, []]);
    expect(ecr.calls).toEqual([]);
  });

  test('is verified with a call for each hundred', async () => {
    command.writeContext(upToDate);
    expect(await command.run('verify', '--strict')).toEqual({ code: 0, out: [`${ENTRIES} pins can be pulled`, expect.stringContaining('no app was compared')], err: [] });
    expect(ecr.calls).toEqual(CALLS);
  });

  test('is verified with one call more for each repository, when all its tags have moved to the same image', async () => {
    command.writeContext(outdated);
    const { code, err } = await command.run('verify');
    expect([code, err.length]).toEqual([0, ENTRIES]);
    expect(ecr.calls).toEqual([...CALLS, ...Array(10).fill(1)]);
  });

  test('is updated, and what else stands in the file stays', async () => {
    command.writeContext({ before: 1, ...outdated, after: { a: [1] } });
    const { code, out } = await command.run('update');
    expect([code, out.at(-1)]).toEqual([0, `${ENTRIES} of ${ENTRIES} pins changed`]);
    const { context } = command;
    expect(Object.keys(context)).toEqual(['before', ...Object.keys(outdated), 'after']);
    expect(pins.filter(({ request: { key }, digest }) => context[key].digest !== digest)).toEqual([]);
    expect(ecr.calls).toEqual(CALLS);
  });

  test('is filled from nothing', async () => {
    command.writeAssembly({ missing: pins.map(({ request }) => request) });
    expect(await command.run('update')).toMatchObject({ code: 0 });
    expect(Object.keys(command.context)).toEqual(Object.keys(upToDate));
    expect(ecr.calls).toEqual(CALLS);
  });

  test('is pruned, without a call', async () => {
    command.writeContext({ ...upToDate, after: true });
    command.writeAssembly({ locked: pins.filter((_, number) => number % 2 === 0).map(({ request }) => request) });
    const { code, out } = await command.run('prune');
    expect([code, out.at(-1)]).toEqual([0, `${ENTRIES / 2} of ${ENTRIES} pins dropped`]);
    expect(Object.keys(command.context)).toHaveLength(ENTRIES / 2 + 1);
    expect(ecr.calls).toEqual([]);
  });

  test(`is verified within ${MAX_RSS_MEGABYTES} MB`, async () => {
    const user = new UserFolder();
    user.write('app/cdk.context.json', JSON.stringify(upToDate));
    user.write('memory.js', "process.on('exit', () => process.stderr.write(`${process.resourceUsage().maxRSS / 1024}`))");
    const { code, stderr } = await user.imageLock('app', ['verify'], { ...environment(), NODE_NO_WARNINGS: '1', NODE_OPTIONS: `--require=${user.file('memory.js')}` });
    user.remove();
    expect([code, Number(stderr)]).toEqual([0, expect.any(Number)]);
    expect(Number(stderr)).toBeLessThan(MAX_RSS_MEGABYTES);
  });
});

test('a report of 1,000 images takes a call for each hundred and one for the findings of each, few at once', async () => {
  const thousand = pins.slice(0, 1_000);
  command.writeContext(Object.fromEntries(thousand.map(({ request, digest }) => [request.key, { digest, mediaType: 'application/vnd.oci.image.manifest.v1+json' }])));
  const { code, out } = await command.run('report', '--html', '-');
  const page = out.join('\n');
  expect([code, ecr.calls, ecr.scans.images.size]).toEqual([0, Array(10).fill(IMAGES_PER_CALL), 1_000]);
  // On a busy machine a connection may be lost, and a call is made again.
  expect(ecr.scans.calls).toBeLessThan(1_100);
  expect(ecr.scans.atOnce).toBeLessThanOrEqual(4 * 10);
  expect(page.split('50 high').length - 1).toBe(1_000);
  expect(page.length).toBeLessThan(6_000_000);
});
