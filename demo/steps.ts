import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { COMPANION, REPOSITORY, synthesize, VERSION } from './app';
import { bold, check, dim, say } from './tour';
import { EmulatorClients } from '../emulator/clients';
import { createEvent } from '../emulator/custom-resource-event';
import { deployTemplate } from '../emulator/deploy';
import { deployedValues, evaluate, KnownValues } from '../emulator/evaluate';
import { filterTemplate } from '../emulator/filter-template';
import { digestOf, Image, ImageIndex, isTagTaken, multiArchIndex, pushImage, pushIndex, singleManifest } from '../emulator/images';
import { MotoServer } from '../emulator/moto-server';
import { runHandler } from '../emulator/run-handler';

/** Every push in the demo is of an image of its own. */
const [overwrite, firstBuild, secondBuild] = ['an overwrite', 'build 1', 'build 2'].map(singleManifest);

export async function synthesizeStack(): Promise<any> {
  const template = synthesize();
  const counts = ['AWS::ECR::Repository', 'AWS::ECS::TaskDefinition', 'AWS::Lambda::Function', 'Custom::ImageDigest']
    .map((type) => `${ofType(template, type).length} ${type}`)
    .join(', ');
  say(`it has ${counts}`);
  return template;
}

export async function deploy({ cloudFormation, ecr }: EmulatorClients, template: any): Promise<KnownValues> {
  const deployed = await deployTemplate(cloudFormation, 'Demo', filterTemplate(template, ['AWS::ECR::Repository']));
  for (const [repositoryName, mutability] of [[REPOSITORY, 'IMMUTABLE'], [COMPANION, 'MUTABLE']]) {
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
    const [{ imageTagMutability }] = repositories!;
    check(imageTagMutability === mutability, `${repositoryName} is ${mutability}`, imageTagMutability);
  }
  return deployedValues(ecr, deployed);
}

export async function pushRelease({ ecr }: EmulatorClients): Promise<ImageIndex> {
  const platforms = ['linux/amd64', 'linux/arm64'];
  const index = multiArchIndex(platforms.map((platform) => ({ platform, manifest: singleManifest(platform) })), { attestations: true });
  await pushIndex(ecr, REPOSITORY, index, VERSION);
  await checkTag(ecr, REPOSITORY, VERSION, index);
  return index;
}

export async function overwriteRelease({ ecr }: EmulatorClients, release: ImageIndex): Promise<void> {
  const refusal = await pushImage(ecr, REPOSITORY, overwrite, VERSION).catch((error: Error) => error);
  check(isTagTaken(refusal), 'it is refused, since the tag is taken', refusal?.message);
  await checkTag(ecr, REPOSITORY, VERSION, release);
}

export async function moveLatest({ ecr }: EmulatorClients): Promise<void> {
  for (const build of [firstBuild, secondBuild]) {
    await pushImage(ecr, COMPANION, build, 'latest');
    await checkTag(ecr, COMPANION, 'latest', build);
  }
}

/**
 * Calls the function for the custom resource in the template, with the properties that CloudFormation would pass.
 *
 * @returns what is known once the custom resource exists
 */
export async function resolve({ endpoint }: MotoServer, template: any, known: KnownValues, release: ImageIndex): Promise<KnownValues> {
  const [id, { Properties: { ServiceToken: _, ...properties } }] = only(template, 'Custom::ImageDigest');
  const event = createEvent(evaluate(properties, known));
  say(dim(`the Lambda function gets a ${event.RequestType} event for tag ${event.ResourceProperties.Tag} of ${event.ResourceProperties.RepositoryArn}`));

  const { answer } = await runHandler(event, { endpoint });
  check(answer.Status === 'SUCCESS', 'it answers SUCCESS', `${answer.Status}: ${answer.Reason}`);
  const hex = answer.Data!.DigestHex;
  check(`sha256:${hex}` === release.digest, `the digest is ${release.digest}`, hex);
  return { ...known, [`${id}.DigestHex`]: hex };
}

export async function showImages(template: any, known: KnownValues, release: ImageIndex): Promise<void> {
  const [, { Properties: { ContainerDefinitions } }] = only(template, 'AWS::ECS::TaskDefinition');
  const imageOf = (container: string) => evaluate(ContainerDefinitions.find(({ Name }: any) => Name === container).Image, known);
  const [before, after] = [imageOf('before'), imageOf('after')];

  say(`before  ${before}`);
  say(`after   ${bold(after)}`);
  const registry = before.split('/')[0];
  check(before === `${registry}/${REPOSITORY}:${VERSION}`, 'ContainerImage.fromEcrRepository names a tag, whatever that means when a task starts', before);
  check(after === `${registry}/${REPOSITORY}@${release.digest}`, 'DigestPinnedImage.fromTag names the digest, so every task runs the same image', after);
}

async function checkTag(ecr: ECRClient, repositoryName: string, tag: string, image: Image): Promise<void> {
  const digest = await digestOf(ecr, repositoryName, tag);
  check(digest === image.digest, `${repositoryName}:${tag} is ${image.digest}`, digest);
}

function only(template: any, type: string): [string, any] {
  const found = ofType(template, type);
  if (found.length !== 1) throw new Error(`expected one ${type} in the template; got ${found.length}`);
  return found[0];
}

function ofType(template: any, type: string): [string, any][] {
  return Object.entries<any>(template.Resources).filter(([, resource]) => resource.Type === type);
}
