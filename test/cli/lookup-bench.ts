/**
 * How long the plugin takes within the CDK CLI, which is a new process each time, for 50 pins and for one. Run it with:
 * ts-node -T test/cli/lookup-bench.ts
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { ecrRequest, writeAssembly } from './assembly-folder';
import { pass } from './aws';
import { UserFolder } from './user-folder';
import { emulatorClients } from '../../emulator/clients';
import { pushImage, singleManifest } from '../../emulator/images';
import { listen } from '../../emulator/local-server';
import { startMotoServer } from '../../emulator/moto-server';
import { LockRequest } from '../../src/lock/lock-request';

const RUNS = 15;

/** Of a request to AWS, in milliseconds. The emulator adds what it takes to compute answers one by one. */
const LATENCIES = [0, 100];

/** What the CDK CLI does with the plugin. */
const CLI = `
  const { init } = require('cdk-secure-repository/cli');
  const requests = JSON.parse(require('fs').readFileSync(0));
  init({
    async registerContextProviderAlpha(name, provider) {
      const start = performance.now();
      for (const request of requests) await provider.getValue(request);
      console.log(performance.now() - start);
    },
  });
`;

async function bench(): Promise<void> {
  const moto = await startMotoServer({ onProgress: console.log });
  const user = new UserFolder();
  try {
    const env = { ...process.env, AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator' };
    const { ecr } = emulatorClients(moto.endpoint);
    const push = async (repository: string, count: number) => {
      await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
      const tags = Array.from({ length: count }, (_, tag) => `v${tag}`);
      for (const tag of tags) {
        await pushImage(ecr, repository, singleManifest(repository + tag), tag);
      }
      return tags.map(tag => ecrRequest(repository, tag));
    };
    const cases: Record<string, LockRequest[]> = { '1 pin': await push('one', 1), '50 pins of 1 repository': await push('fifty', 50) };
    cases['50 pins of 10 repositories'] = (await Promise.all(Array.from({ length: 10 }, async (_, index) => push(`ten-${index}`, 5)))).flat();

    for (const latency of LATENCIES) {
      const distant = await listen(createServer(async (request, response) => {
        const body = await buffer(request);
        await new Promise(resolve => setTimeout(resolve, latency));
        await pass(moto.endpoint, request, body, response);
      }));
      for (const [name, missing] of Object.entries(cases)) {
        writeAssembly(user.file('cdk.out'), { missing });
        const times = [];
        for (let run = 0; run < RUNS; run++) {
          times.push(await timeOf(missing, user.path, { ...env, AWS_ENDPOINT_URL: distant.url }));
        }
        console.log(`${name}, ${latency} ms away: ${times.sort((one, other) => one - other)[Math.floor(RUNS / 2)].toFixed(0)} ms`);
      }
      await distant.stop();
    }
  } finally {
    user.remove();
    await moto.stop();
  }
}

async function timeOf(requests: LockRequest[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, ['-e', CLI], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(requests));
  return Number(await text(child.stdout));
}

void bench();
