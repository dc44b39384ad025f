import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { AppFolder } from './app-folder';
import { sayHowToGoOn } from './by-hand';
import { interruption } from './interruption';
import {
  bootstrapEnvironment, deployMovedTag, deployRepositories, deployService, failDeployment, lockImages, overwriteRelease, pushRelease, Session,
  verifyLock,
} from './steps';
import { Terminal } from './terminal';
import { dim, red, say, Tour, withProgress } from './tour';
import { accountClients } from '../emulator/account-clients';
import { EmulatedAws, startEmulatedAws } from '../emulator/emulated-aws';
import { EMULATOR, ensurePythonEnvironment } from '../emulator/python-environment';

const LINE_LENGTH = 200;

const USAGE = `usage: npm run demo [-- --keep]

  --keep  keep the emulated AWS running after the tour, to try more by hand`;

async function main(keep: boolean, signal: AbortSignal): Promise<void> {
  console.log('A tour of cdk-secure-repository on an emulated AWS, with the CDK CLI; it needs no account.');
  const tour = new Tour(signal);
  const folder = await AppFolder.create();
  try {
    const aws = await tour.step('Start an emulated AWS', () => start(signal));
    try {
      const terminal = new Terminal(aws, folder, signal);
      await walk(tour, { folder, terminal, clients: accountClients(aws) });
      if (keep) {
        sayHowToGoOn(aws, folder);
        await untilEnded(signal);
      } else {
        console.log('\nTo keep the emulated AWS running, and try more by hand: npm run demo -- --keep');
      }
    } finally {
      await aws.stop();
    }
  } finally {
    await folder.remove();
  }
}

async function start(signal: AbortSignal): Promise<EmulatedAws> {
  return withProgress('MiniStack, behind a gateway for ECR', async () => {
    const onProgress = (line: string) => say(dim(line));
    await ensurePythonEnvironment(onProgress, EMULATOR, signal);
    const aws = await startEmulatedAws();
    say(`it runs at ${aws.endpoint}`);
    return aws;
  });
}

async function walk(tour: Tour, session: Session): Promise<void> {
  await tour.step('Bootstrap it', () => bootstrapEnvironment(session));
  await tour.step('Deploy the repositories', () => deployRepositories(session));
  await tour.step('Push api:1.0.0, one index for two architectures', () => pushRelease(session));
  await tour.step('Push another image as api:1.0.0', () => overwriteRelease(session));
  await tour.step('Deploy a service, and resolve the tags of its images in the deployment', () => deployService(session));
  await tour.step('Move api-dev:latest, and deploy with a new refreshToken', () => deployMovedTag(session));
  await tour.step('Move it again, and deploy together with a release that does not exist', () => failDeployment(session));
  await tour.step('Deploy the service with fromLookup, and resolve the tags at synthesis', () => lockImages(session));
  await tour.step('Verify the lock, as CI does', () => verifyLock(session));
}

async function untilEnded(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

function wantsToKeep(): boolean {
  try {
    return parseArgs({ options: { keep: { type: 'boolean', default: false } } }).values.keep;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

const keep = wantsToKeep();
const signal = interruption();
main(keep, signal).catch((error: Error) => {
  if (signal.aborted) {
    console.error(`\nThe demo was ${signal.reason.message}; all that it started has ended.`);
    process.exitCode = signal.reason.exitCode;
  } else {
    const message = error.message.split('\n').map((line) => line.slice(0, LINE_LENGTH)).join('\n'); // stack traces show minified code
    console.error(`\n${red(`The demo failed: ${message}`)}`);
    process.exitCode = 1;
  }
});
