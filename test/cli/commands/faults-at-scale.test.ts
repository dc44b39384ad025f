import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { digestInStandIn, startEcrStandIn } from '../../../emulator/ecr-stand-in';
import { FaultyProxy, NetworkFault, startFaultyProxy } from '../../../emulator/faulty-proxy';
import { LockRequest } from '../../../src/lock/lock-request';
import { ecrRequest, ociRequest } from '../assembly-folder';
import { CommandBench } from '../command-bench';
import { startOciStandIn } from '../oci-stand-in';
import { ProcessEnvironment } from '../process-environment';

jest.setTimeout(120_000);

/** 500 pins, and a tenth of the calls that are throttled, slow or cut. */
const PINS = 500;
const REPOSITORIES = 100;
const FAULTS: NetworkFault[] = ['throttled', 'slow', 'cut'];
const everyTenth = (_: unknown, number: number) => number % 10 === 0 ? FAULTS[(number / 10) % FAULTS.length] : undefined;

const repositories = Array.from({ length: REPOSITORIES }, (_, number) => `team/app-${number}`);
const pins = Array.from({ length: PINS }, (_, number) => ({ repository: repositories[number % REPOSITORIES], tag: `v${number}` }))
  .map(pin => ({ ...pin, digest: digestInStandIn(pin.repository, pin.tag) }));

let stops: (() => Promise<void>)[] = [];
let ecr: FaultyProxy;

async function startEcr(faultOf: Parameters<typeof startFaultyProxy>[1]): Promise<void> {
  const standIn = await startEcrStandIn();
  ecr = await startFaultyProxy(standIn.url, faultOf);
  stops.push(ecr.stop, standIn.stop);
  process.env.AWS_ENDPOINT_URL_ECR = ecr.url;
  process.env.AWS_ENDPOINT_URL_STS = standIn.url;
}

async function startOci(faultOf: Parameters<typeof startFaultyProxy>[1]): Promise<{ oci: FaultyProxy; requests: LockRequest[] }> {
  const standIn = await startOciStandIn();
  pins.forEach(({ repository, tag, digest }) => standIn.images.set(`${repository}:${tag}`, digest));
  const oci = await startFaultyProxy(standIn.url, faultOf);
  stops.push(oci.stop, standIn.stop);
  return { oci, requests: pins.map(({ repository, tag }) => ociRequest(new URL(oci.url).host, repository, tag)) };
}

afterEach(async () => {
  await Promise.all(stops.map(stop => stop()));
  stops = [];
});

const command = new CommandBench();
new ProcessEnvironment(() => ({ AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator' }));

const ecrRequests = pins.map(({ repository, tag }) => ecrRequest(repository, tag));

/** Those that had no answer, and are asked again. */
const lost = ({ requests }: FaultyProxy) => requests.filter(({ fault }) => fault === 'throttled' || fault === 'cut');

function expectAllResolved(requests: LockRequest[]): void {
  const { context } = command;
  expect(requests.filter(({ key }, number) => context[key]?.digest !== pins[number].digest)).toEqual([]);
}

/** What each call asked for, and how often. */
function timesAsked({ requests }: FaultyProxy, what: (request: FaultyProxy['requests'][number]) => string): Record<string, number> {
  const times: Record<string, number> = {};
  requests.forEach(request => times[what(request)] = (times[what(request)] ?? 0) + 1);
  return times;
}

describe(`${PINS} pins with a tenth of the calls spoilt`, () => {
  test('of ECR are all resolved, and only what had no answer is asked again', async () => {
    await startEcr(everyTenth);
    command.writeAssembly({ missing: ecrRequests });
    expect(await command.run('update')).toMatchObject({ code: 0, err: [] });
    expectAllResolved(ecrRequests);
    expect(lost(ecr).length).toBeGreaterThanOrEqual(6);
    expect(ecr.requests).toHaveLength(REPOSITORIES + lost(ecr).length);
    const expected = { ...Object.fromEntries(repositories.map(name => [name, 1])) };
    lost(ecr).forEach(({ body }) => expected[JSON.parse(body).repositoryName]++);
    expect(timesAsked(ecr, ({ body }) => JSON.parse(body).repositoryName)).toEqual(expected);
  });

  test('of another registry are all resolved, and only what had no answer is asked again', async () => {
    const { oci, requests } = await startOci(everyTenth);
    command.writeAssembly({ missing: requests });
    expect(await command.run('update')).toMatchObject({ code: 0, err: [] });
    expectAllResolved(requests);
    expect(lost(oci).length).toBeGreaterThanOrEqual(33);
    const expected = Object.fromEntries(pins.map(({ repository, tag }) => [`/v2/${repository}/manifests/${tag}`, 1]));
    lost(oci).forEach(({ path }) => expected[path]++);
    expect(timesAsked(oci, ({ path }) => path)).toEqual(expected);
  });

  test('are verified', async () => {
    const { oci, requests } = await startOci(everyTenth);
    await startEcr(everyTenth);
    command.writeContext(Object.fromEntries([...ecrRequests, ...requests].map(({ key }, number) => [key, { digest: pins[number % PINS].digest }])));
    expect(await command.run('verify', '--strict')).toEqual({ code: 0, out: [`${2 * PINS} pins can be pulled`, expect.stringContaining('no app was compared')], err: [] });
    expect([ecr.requests.length, oci.requests.length]).toEqual([REPOSITORIES + lost(ecr).length, PINS + lost(oci).length]);
  });

  test('do not fill the memory', async () => {
    const { requests } = await startOci(everyTenth);
    await startEcr(everyTenth);
    command.writeContext(Object.fromEntries([...ecrRequests, ...requests].map(({ key }) => [key, { digest: `sha256:${'0'.repeat(64)}` }])));
    await command.run('verify');
    const before = usedMegabytes();
    for (let run = 0; run < 4; run++) {
      await command.run('verify');
      ecr.requests.length = 0;
    }
    expect(usedMegabytes() - before).toBeLessThan(16);
  }, 300_000);
});

describe(`${PINS} pins, a tenth of whose repositories are always spoilt`, () => {
  const isSpoilt = (repository: string) => repository.endsWith('7');
  const spoilt = pins.filter(({ repository }) => isSpoilt(repository));

  test.each<NetworkFault>(['throttled', 'cut'])('are resolved but for those, each of which is named (%s)', async fault => {
    await startEcr(({ body }) => isSpoilt(JSON.parse(body).repositoryName) ? fault : undefined);
    command.writeAssembly({ missing: ecrRequests });
    const { code, err } = await command.run('update');
    expect([code, err.length]).toEqual([1, spoilt.length]);
    spoilt.forEach(({ repository, tag }) => expect(err.filter(line => line.includes(`'${repository}:${tag}' `))).toHaveLength(1));
    expect(Object.keys(command.context)).toEqual(ecrRequests.filter((_, number) => !isSpoilt(pins[number].repository)).map(({ key }) => key));
    const times = timesAsked(ecr, ({ body }) => JSON.parse(body).repositoryName);
    repositories.forEach(name => expect(times[name]).toBeLessThanOrEqual(isSpoilt(name) ? 20 : 1));
  });

  test('of a registry that refuses the connection all fail, each of which is named', async () => {
    const { oci, requests } = await startOci(() => undefined);
    await oci.stop();
    stops.shift();
    command.writeAssembly({ missing: requests });
    const { code, err } = await command.run('update');
    expect([code, err.length]).toEqual([1, PINS]);
    pins.forEach(({ repository, tag }, number) => expect(err[number]).toContain(`/${repository}:${tag}'`));
  });
});

function usedMegabytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
