import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DistantServer, startDistantServer } from './distant-server';
import { LockRuns } from './lock-runs';
import { medianTimes, ratio, timeOf } from './measure';
import { Cell, Section, Table } from './table';
import { emulatorClients } from '../emulator/clients';
import { pushImage, singleManifest } from '../emulator/images';
import { startMotoServer } from '../emulator/moto-server';
import { LockRequest } from '../src/lock/lock-request';
import { ecrRequest } from '../test/cli/assembly-folder';

const RUNS = 5;

/** Of a request to AWS, in milliseconds. The emulator adds what it takes to compute answers one by one. */
const LATENCIES = [0, 100];

const CASES: [name: string, repositories: number, tags: number][] = [
  ['1 pin', 1, 1],
  ['50 pins of 1 repository', 1, 50],
  ['50 pins of 10 repositories', 10, 5],
  ['500 pins of 1 repository', 1, 500],
  ['500 pins of 10 repositories', 10, 50],
];

const OURS = ['plugin', 'update', 'verify'] as const;

/** What filling and checking a lock costs. */
export const lock: Section = { name: 'lock', run: measureLock };

async function measureLock(): Promise<Table[]> {
  const moto = await startMotoServer({ onProgress: console.error });
  const runs = new LockRuns();
  try {
    const { ecr } = emulatorClients(moto.endpoint);
    const cases: [string, LockRequest[]][] = [];
    for (const [name, repositories, tags] of CASES) {
      cases.push([name, await push(ecr, repositories, tags)]);
    }
    const tables: Table[] = [];
    for (const latency of LATENCIES) {
      const aws = await startDistantServer(moto.endpoint, latency);
      tables.push(await measureCases(cases, runs, aws, latency));
      await aws.stop();
    }
    return tables;
  } finally {
    runs.remove();
    await moto.stop();
  }
}

async function measureCases(cases: [string, LockRequest[]][], runs: LockRuns, aws: DistantServer, latency: number): Promise<Table> {
  const rows: Cell[][] = [];
  const naive: Record<number, number> = {};
  for (const [name, requests] of cases) {
    runs.ask(requests);
    // It takes as long whatever the number of repositories, and up to a minute.
    naive[requests.length] ??= await timeOf(() => runs.oneCallAPin(aws.url));
    const base = naive[requests.length];
    const times = await medianTimes(RUNS, Object.fromEntries(OURS.map(way => [way, () => runs[way](aws.url)])));
    const calls = async (way: typeof OURS[number]) => {
      aws.taken();
      await runs[way](aws.url);
      return aws.taken().filter(operation => operation === 'DescribeImages').length;
    };
    for (const way of OURS) {
      rows.push([name, way, times[way].toFixed(0), base.toFixed(0), ratio(times[way], base), await calls(way), requests.length]);
    }
  }
  return {
    title: `Lock: filled by the plugin, by \`cdk-image-lock update\`, and checked by \`verify\`, with ECR ${latency} ms away`,
    columns: ['pins', 'with', 'ms', 'one call a pin (ms)', 'ratio', 'calls of ECR', 'one call a pin (calls)'],
    rows,
    notes: [`Whole processes, median of ${RUNS} runs (of one for the loop), Node.js ${process.version}. Ours ask STS as well which account the credentials are of, the loop does not.`],
  };
}

async function push(ecr: ECRClient, repositories: number, tags: number): Promise<LockRequest[]> {
  const requests: LockRequest[] = [];
  for (let repository = 0; repository < repositories; repository++) {
    const name = `pins-${repositories}-${tags}/${repository}`;
    await ecr.send(new CreateRepositoryCommand({ repositoryName: name }));
    for (let tag = 0; tag < tags; tag++) {
      await pushImage(ecr, name, singleManifest(`${name}:${tag}`), `v${tag}`);
      requests.push(ecrRequest(name, `v${tag}`));
    }
  }
  return requests;
}
