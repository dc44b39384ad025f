import { COMPANION, REPOSITORY, VERSION } from './app';
import { deploy, moveLatest, overwriteRelease, pushRelease, resolve, showImages, synthesizeStack } from './steps';
import { dim, red, say, Tour } from './tour';
import { emulatorClients } from '../emulator/clients';
import { MotoServer, startMotoServer } from '../emulator/moto-server';

const PROGRESS_MS = 10_000;

async function main(): Promise<void> {
  console.log('A tour of cdk-secure-repository on an emulated AWS; it needs no account.');
  const tour = new Tour();
  const moto = await tour.step('Start an emulator of Amazon ECR and CloudFormation', startEmulator);
  try {
    const clients = emulatorClients(moto.endpoint);
    const template = await tour.step('Synthesize the stack in demo/app.ts', synthesizeStack);
    const known = await tour.step('Deploy its repositories', () => deploy(clients, template));
    const release = await tour.step(`Push ${REPOSITORY}:${VERSION}, one index for two architectures`, () => pushRelease(clients));
    await tour.step(`Push another image as ${REPOSITORY}:${VERSION}`, () => overwriteRelease(clients, release));
    await tour.step(`Push two builds, one after the other, as ${COMPANION}:latest`, () => moveLatest(clients));
    const resolved = await tour.step(`Resolve ${REPOSITORY}:${VERSION} as a deployment does`, () => resolve(moto, template, known, release));
    await tour.step('Compare the images in the task definition', () => showImages(template, resolved, release));
  } finally {
    await moto.stop();
  }
}

async function startEmulator(): Promise<MotoServer> {
  const begin = Date.now();
  const elapsed = () => `${Math.round((Date.now() - begin) / 1_000)} s`;
  const timer = setInterval(() => say(dim(`still at it after ${elapsed()}`)), PROGRESS_MS);
  try {
    const moto = await startMotoServer({ onProgress: (line) => say(dim(line)) });
    say(`it runs at ${moto.endpoint} after ${elapsed()}`);
    return moto;
  } finally {
    clearInterval(timer);
  }
}

main().catch((error: Error) => {
  console.error(`\n${red(`The demo failed: ${error.message}`)}`);
  process.exitCode = 1;
});
