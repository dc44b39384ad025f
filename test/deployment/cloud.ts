import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeStackEventsCommand, DescribeStackResourcesCommand, DescribeStacksCommand, Stack as DeployedStack } from '@aws-sdk/client-cloudformation';
import { CreateRepositoryCommand, DeleteRepositoryCommand, DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { App, Environment, Stack, StackProps } from 'aws-cdk-lib';
import { accountClients, AwsEndpoints, AwsEnvironment, fullEnvironment } from '../../emulator/account-clients';
import { runCdk } from '../../emulator/cdk-cli';
import { EcrRequest, requestsTo, setScan, setSigning } from '../../emulator/ecr-gateway';
import { ScanSetting, SigningSetting } from '../../emulator/ecr-scans';
import { EMULATOR_ACCOUNT, EMULATOR_REGION } from '../../emulator/environment';
import { Image, pushImage, singleManifest } from '../../emulator/images';
import { sharedAws } from '../shared-emulators';

/** Where stacks go unless a test says otherwise. */
export const ENV: Required<Environment> = { account: EMULATOR_ACCOUNT, region: EMULATOR_REGION };

/** Makes the stacks of an app. */
export type Build = (app: App) => void;

/**
 * The emulated AWS of this run, for the tests of one file, and what people do with it: deploy with the CDK CLI, push, and look at what is
 * there. Stacks and repositories of all files are in the same accounts, so each test has names of its own.
 */
export class Cloud {
  public aws!: AwsEndpoints;
  private readonly folders: string[] = [];
  private readonly ending = new AbortController();

  constructor() {
    jest.setTimeout(600_000);

    beforeAll(async () => {
      this.aws = await sharedAws();
    }, 300_000);

    afterAll(() => {
      this.ending.abort(); // what a test that took too long has left
      this.folders.forEach(folder => rmSync(folder, { recursive: true }));
    });
  }

  public clients(environment?: AwsEnvironment) {
    return accountClients(this.aws, environment);
  }

  /** Runs `cdk deploy`, which has to succeed. */
  public async deploy(build: Build, ...args: string[]): Promise<void> {
    await this.cdk('deploy', build, args);
  }

  /** Runs `cdk deploy`, which has to fail, and returns its output in one line. */
  public async deployInVain(build: Build, ...args: string[]): Promise<string> {
    return (await this.cdk('deploy', build, args, 1)).replace(/\s+/g, ' ');
  }

  /** Runs `cdk destroy`, which has to succeed. */
  public async destroy(build: Build): Promise<void> {
    await this.cdk('destroy', build, []);
  }

  /** Runs `cdk rollback`, which has to succeed. */
  public async rollback(build: Build): Promise<void> {
    await this.cdk('rollback', build, []);
  }

  public async repository(repositoryName: string, environment?: AwsEnvironment): Promise<void> {
    await this.clients(environment).ecr.send(new CreateRepositoryCommand({ repositoryName }));
  }

  /** Pushes an image of its own. */
  public async push(repositoryName: string, tag: string, environment?: AwsEnvironment): Promise<Image> {
    const image = singleManifest(`${repositoryName}:${tag} ${Math.random()}`);
    await pushImage(this.clients(environment).ecr, repositoryName, image, tag);
    return image;
  }

  public async removeRepository(repositoryName: string): Promise<void> {
    await this.clients().ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
  }

  /** What DescribeImageScanFindings answers about an image, one answer a request, of which the last repeats. */
  public async scan(repositoryName: string, imageDigest: string, ...answers: ScanSetting['answers']): Promise<void> {
    await this.setScan({ repositoryName, imageDigest, answers });
  }

  /** The same in another account or Region, or for an image that is not scanned before StartImageScan is called. */
  public async setScan({ account, region, ...setting }: Omit<ScanSetting, keyof AwsEnvironment> & AwsEnvironment): Promise<void> {
    await setScan(this.aws.ecrEndpoint, { ...setting, ...fullEnvironment({ account, region }) });
  }

  /** What DescribeImageSigningStatus answers about an image, one answer a request, of which the last repeats. */
  public async signing(repositoryName: string, imageDigest: string, ...answers: SigningSetting['answers']): Promise<void> {
    await setSigning(this.aws.ecrEndpoint, { repositoryName, imageDigest, answers, ...fullEnvironment() });
  }

  public async tagsOf(repositoryName: string, imageDigest: string, environment?: AwsEnvironment): Promise<string[]> {
    const { imageDetails } = await this.clients(environment).ecr.send(new DescribeImagesCommand({
      repositoryName, imageIds: [{ imageDigest }], filter: { imageStatus: 'ANY' },
    }));
    return imageDetails![0].imageTags!.sort();
  }

  /** What ECR was asked about a repository, of one operation or of all. */
  public async requests(repositoryName: string, operation?: string): Promise<EcrRequest[]> {
    const requests = await requestsTo(this.aws.ecrEndpoint);
    return requests.filter(request => request.parameters.repositoryName === repositoryName && [request.operation, undefined].includes(operation));
  }

  public async stack(StackName: string, environment?: AwsEnvironment): Promise<DeployedStack> {
    const { Stacks } = await this.clients(environment).cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return Stacks![0];
  }

  public async outputs(stackName: string, environment?: AwsEnvironment): Promise<Record<string, string>> {
    const { Outputs = [] } = await this.stack(stackName, environment);
    return Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  }

  /** What happened to the resources of a type, newest first: a status, and where it failed the reason. */
  public async events(StackName: string, type: string, environment?: AwsEnvironment): Promise<string[]> {
    const { StackEvents = [] } = await this.clients(environment).cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
    return StackEvents
      .filter(({ ResourceType }) => ResourceType === type)
      .map(({ ResourceStatus, ResourceStatusReason }) => [ResourceStatus, ResourceStatusReason].filter(Boolean).join(' '));
  }

  public async physicalIds(StackName: string, type: string, environment?: AwsEnvironment): Promise<string[]> {
    const { StackResources = [] } = await this.clients(environment).cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
    return StackResources.filter(({ ResourceType }) => ResourceType === type).map(({ PhysicalResourceId }) => PhysicalResourceId!);
  }

  /** The images in the task definitions of a stack, as ECS has them. */
  public async images(stackName: string, environment?: AwsEnvironment): Promise<string[]> {
    const taskDefinitions = await this.physicalIds(stackName, 'AWS::ECS::TaskDefinition', environment);
    const answers = await Promise.all(taskDefinitions.map(taskDefinition =>
      this.clients(environment).ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))));
    return answers.flatMap(answer => answer.taskDefinition!.containerDefinitions!.map(({ image }) => image!));
  }

  /** Synthesizes an app, and runs a command of the CDK CLI, for all of its stacks unless some are named. Returns its output. */
  private async cdk(command: keyof typeof CONSENT, build: Build, args: string[], expectedCode = 0): Promise<string> {
    const outdir = mkdtempSync(join(tmpdir(), 'assembly-'));
    this.folders.push(outdir);
    const app = new App({ outdir, analyticsReporting: false });
    build(app);
    app.synth();
    const stacks = args.every(arg => arg.startsWith('-')) ? ['**'] : [];
    const { code, output } = await runCdk(this.aws, [command, ...stacks, '--app', outdir, ...CONSENT[command], ...args], { signal: this.ending.signal });
    if (code !== expectedCode) {
      throw new Error(`cdk ${command} ended with ${code}; expected ${expectedCode}:\n${output}`);
    }
    return output;
  }
}

/** The type of the resource that is a pin during the deployment. */
export const PIN = 'Custom::ImageDigest';

const CONSENT = { deploy: ['--require-approval', 'never', '--progress', 'events'], destroy: ['--force'], rollback: ['--force'] };

const POLL_MS = 100;
const LONGEST_WAIT_MS = 60_000;

/** Tries something until it succeeds, for a minute. */
export async function until<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise(resolve => setTimeout(resolve, POLL_MS));
    }
  }
}

/** A stack in the usual environment. */
export function stackIn(app: App, id: string, props: StackProps = {}): Stack {
  return new Stack(app, id, { env: ENV, ...props });
}

/** An image as ECS has to have it. */
export function uriOf(repositoryName: string, { digest }: Pick<Image, 'digest'>, { account, region }: Required<Environment> = ENV): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com/${repositoryName}@${digest}`;
}
