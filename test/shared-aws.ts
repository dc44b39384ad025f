import { createServer } from 'node:http';
import { AwsEndpoints } from '../emulator/account-clients';
import { bootstrap } from '../emulator/cdk-cli';
import { EmulatedAws, startEmulatedAws } from '../emulator/emulated-aws';
import { listen } from '../emulator/local-server';

/** Where the process that runs the tests tells of the AWS that they share. */
const ADDRESS = 'SHARED_AWS';

/** Set-up and tear-down of Jest have this in common, and nothing else. */
export type Shared = typeof globalThis & { stopSharedAws?: () => Promise<void> };

export const OTHER_ACCOUNT = '210987654321';
export const OTHER_REGION = 'us-east-1';

/** Jest's global set-up: an AWS with bootstrapped environments, which starts when a test first asks for it. */
export default async function serve(): Promise<void> {
  let aws: Promise<EmulatedAws> | undefined;
  const server = await listen(createServer(async (_, response) => {
    try {
      aws ??= start();
      const { endpoint, ecrEndpoint } = await aws;
      response.end(JSON.stringify({ endpoint, ecrEndpoint }));
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  }));
  process.env[ADDRESS] = server.url;
  (globalThis as Shared).stopSharedAws = async () => {
    await (await aws?.catch(() => undefined))?.stop();
    await server.stop();
  };
}

/** The AWS that all tests of this run deploy to. Its first start takes a minute, as it installs the emulators. */
export async function sharedAws(): Promise<AwsEndpoints> {
  const response = await fetch(process.env[ADDRESS]!);
  if (!response.ok) {
    throw new Error(await response.text());
  }
  return await response.json() as AwsEndpoints;
}

async function start(): Promise<EmulatedAws> {
  const aws = await startEmulatedAws(console.log);
  try {
    await Promise.all([{}, { region: OTHER_REGION }, { account: OTHER_ACCOUNT }].map(environment => bootstrap(aws, environment)));
    return aws;
  } catch (error) {
    await aws.stop();
    throw error;
  }
}
