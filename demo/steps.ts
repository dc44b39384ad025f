import { readFile } from 'node:fs/promises';
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { AppFolder } from './app-folder';
import { Clients, failureOf, imagesOf, resourceTypes, statusOf } from './deployed-stack';
import { Terminal } from './terminal';
import { check, green, say } from './tour';
import { EMULATOR_ACCOUNT, EMULATOR_REGION } from '../emulator/environment';
import { digestOf, Image, isTagTaken, multiArchIndex, pushImage, pushIndex, singleManifest } from '../emulator/images';

/** What there is in demo/app.ts. */
const [REPOSITORY, COMPANION, SERVICE] = ['api', 'api-dev', 'Service'];

const RELEASE = multiArchIndex(
  ['linux/amd64', 'linux/arm64'].map((platform) => ({ platform, manifest: singleManifest(platform) })),
  { attestations: true },
);
const [OVERWRITE, BUILD_1, BUILD_2, BUILD_3] = ['an overwrite', 'build 1', 'build 2', 'build 3'].map(singleManifest);

export interface Session {
  readonly folder: AppFolder;
  readonly terminal: Terminal;
  readonly clients: Clients;
}

export async function bootstrapEnvironment({ terminal, clients }: Session): Promise<void> {
  await terminal.bootstrap();
  await checkStatus(clients, 'CDKToolkit', 'CREATE_COMPLETE');
}

export async function deployRepositories({ terminal, clients }: Session): Promise<void> {
  await terminal.cdk('deploy Images');
  for (const [repositoryName, mutability] of [[REPOSITORY, 'IMMUTABLE'], [COMPANION, 'MUTABLE']]) {
    const { repositories } = await clients.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
    const [{ imageTagMutability }] = repositories!;
    check(imageTagMutability === mutability, `${repositoryName} is ${mutability}`, imageTagMutability);
  }
}

export async function pushRelease({ clients }: Session): Promise<void> {
  await pushIndex(clients.ecr, REPOSITORY, RELEASE, '1.0.0');
  await checkTag(clients, REPOSITORY, '1.0.0', RELEASE);
}

export async function overwriteRelease({ clients }: Session): Promise<void> {
  const refusal = await pushImage(clients.ecr, REPOSITORY, OVERWRITE, '1.0.0').catch((error: Error) => error);
  check(isTagTaken(refusal), 'it is refused, since the tag is taken', refusal?.message);
  await checkTag(clients, REPOSITORY, '1.0.0', RELEASE);
}

export async function deployService(session: Session): Promise<void> {
  await pushLatest(session, BUILD_1);
  await session.terminal.cdk('deploy Service');
  await checkImages(session, BUILD_1);
}

export async function deployMovedTag(session: Session): Promise<void> {
  await pushLatest(session, BUILD_2);
  await session.terminal.cdk('deploy Service -c commit=2');
  await checkImages(session, BUILD_2);
}

/** Looks `latest` up anew, and then fails, as nobody has pushed the release. */
export async function failDeployment(session: Session): Promise<void> {
  await pushLatest(session, BUILD_3);
  await session.terminal.cdk('deploy Service -c commit=3 -c release=2.0.0', 1);
  const reason = await failureOf(session.clients, SERVICE) ?? 'nothing';
  check(reason.startsWith('\'api:2.0.0\'') && reason.includes('does not exist'), `it fails: ${reason.split(';')[0]}`, reason);
  await checkStatus(session.clients, SERVICE, 'UPDATE_ROLLBACK_COMPLETE');
  await checkImages(session, BUILD_2);
  say('that is what it had before');
}

export async function lockImages(session: Session): Promise<void> {
  await session.terminal.cdk('deploy Service -c locked=true');
  say('the new cdk.context.json, for review and commit:');
  const lock = await readFile(session.folder.file('cdk.context.json'), 'utf8');
  lock.trim().split('\n').forEach((line) => say(green(`+ ${line}`)));
  check([RELEASE, BUILD_3].every(({ digest }) => lock.includes(digest)), 'it has what both tags mean now', lock);
  await checkImages(session, BUILD_3);
  const types = await resourceTypes(session.clients, SERVICE);
  check(!types.includes('AWS::Lambda::Function'), 'the stack needs no function any more', types);
}

export async function verifyLock({ terminal }: Session): Promise<void> {
  const answer = await terminal.imageLock('verify --strict');
  check(answer === '2 pins can be pulled', 'it says: 2 pins can be pulled', answer);
}

async function checkStatus(clients: Clients, stackName: string, expected: string): Promise<void> {
  const status = await statusOf(clients, stackName);
  check(status === expected, `stack ${stackName} is ${expected}`, status);
}

async function pushLatest({ clients }: Session, image: Image): Promise<void> {
  await pushImage(clients.ecr, COMPANION, image, 'latest');
  await checkTag(clients, COMPANION, 'latest', image);
}

async function checkTag({ ecr }: Clients, repositoryName: string, tag: string, image: Image): Promise<void> {
  const digest = await digestOf(ecr, repositoryName, tag);
  check(digest === image.digest, `${repositoryName}:${tag} is ${shortened(image.digest)}`, digest);
}

/** @param latest what `worker` has to have; `api` has the release */
async function checkImages({ clients }: Session, latest: Image): Promise<void> {
  const images = await imagesOf(clients, SERVICE);
  for (const [container, repositoryName, { digest }] of [['api', REPOSITORY, RELEASE], ['worker', COMPANION, latest]] as const) {
    const uri = `${EMULATOR_ACCOUNT}.dkr.ecr.${EMULATOR_REGION}.amazonaws.com/${repositoryName}@${digest}`;
    check(images[container] === uri, `ECS has for ${container} ${shortened(uri)}`, images[container]);
  }
}

function shortened(text: string): string {
  return text.replace(/(sha256:[0-9a-f]{12})[0-9a-f]+/, '$1…');
}
