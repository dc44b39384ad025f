import { createServer } from 'node:http';
import { AwsEndpoints } from '../emulator/account-clients';
import { bootstrap } from '../emulator/cdk-cli';
import { EmulatedAws, startEmulatedAws } from '../emulator/emulated-aws';
import { listen } from '../emulator/local-server';
import { MotoServer, startMotoServer } from '../emulator/moto-server';

/** Where the process that runs the tests is asked for the emulators that they share. */
const ADDRESS = 'SHARED_EMULATORS';

/** Set-up and tear-down of Jest have this in common, and nothing else. */
export type Shared = typeof globalThis & { stopSharedEmulators?: () => Promise<void> };

/** Besides the emulators' usual ones. */
export const OTHER_ACCOUNT = '210987654321';
export const OTHER_REGION = 'us-east-1';

/** Jest's global set-up: emulators which start when a test first asks for them. */
export default async function serve(): Promise<void> {
  const running = new Map<string, Promise<EmulatedAws | MotoServer>>();
  const server = await listen(createServer(async ({ url }, response) => {
    try {
      const emulator = running.get(url!) ?? (url === '/aws' ? startBootstrappedAws() : startMotoServer({ onProgress: console.log }));
      running.set(url!, emulator);
      response.end(JSON.stringify(await emulator));
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  }));
  process.env[ADDRESS] = server.url;
  (globalThis as Shared).stopSharedEmulators = async () => {
    for (const emulator of await Promise.allSettled(running.values())) {
      if (emulator.status === 'fulfilled') await emulator.value.stop();
    }
    await server.stop();
  };
}

async function startBootstrappedAws(): Promise<EmulatedAws> {
  const aws = await startEmulatedAws(console.log);
  try {
    await Promise.all([{}, { region: OTHER_REGION }, { account: OTHER_ACCOUNT }].map(environment => bootstrap(aws, environment)));
    return aws;
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

async function shared<T>(path: string): Promise<T> {
  const response = await fetch(process.env[ADDRESS] + path);
  if (!response.ok) {
    throw new Error(await response.text());
  }
  return await response.json() as T;
}

/** The AWS that all tests of this run deploy to, bootstrapped in two Regions and another account. */
export async function sharedAws(): Promise<AwsEndpoints> {
  return shared('/aws');
}

/** An empty moto for the tests of one file. The files that run one after the other have the same one. */
export async function emptyMoto(): Promise<Pick<MotoServer, 'endpoint'>> {
  const moto = await shared<Pick<MotoServer, 'endpoint'>>(`/moto/${process.env.JEST_WORKER_ID}`);
  await fetch(`${moto.endpoint}/moto-api/reset`, { method: 'POST' });
  return moto;
}
