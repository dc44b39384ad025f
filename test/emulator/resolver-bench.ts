import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { emulatorClients } from '../../emulator/clients';
import { createEvent, CustomResourceEvent, Properties } from '../../emulator/custom-resource-event';
import { RegistryProxyOptions, RegistryRequest, startRegistryProxy } from '../../emulator/registry-proxy';
import { HandlerRun, HandlerRunOptions, runHandler } from '../../emulator/run-handler';
import { emptyMoto } from '../shared-emulators';

/** A mutable repository, so that tags can move under a pin. */
export const REPOSITORY = 'team/api';

const REPOSITORY_ARN = `arn:aws:ecr:eu-west-1:123456789012:repository/${REPOSITORY}`;

/** CloudFormation's limits, in bytes. */
const MAX_ANSWER = 4_096;
const MAX_PHYSICAL_ID = 1_024;

export type RunOptions = RegistryProxyOptions & Omit<HandlerRunOptions, 'endpoint'>;

export interface BenchRun extends HandlerRun {
  /** What the function asked ECR. */
  readonly requestsToEcr: RegistryRequest[];
  /** The names of the operations alone. */
  readonly asked: string[];
}

/** The shipped function beside an emulated ECR, for the tests of one file. Runs may overlap. */
export class ResolverBench {
  public endpoint!: string;

  constructor() {
    jest.setTimeout(30_000);

    beforeAll(async () => {
      this.endpoint = (await emptyMoto()).endpoint;
      await this.ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
    }, 300_000);
  }

  /** For what others do with the registry. */
  public get ecr(): ECRClient {
    return emulatorClients(this.endpoint).ecr;
  }

  public async create(properties: Properties, options: RunOptions = {}): Promise<BenchRun> {
    return this.run(createEvent(properties), options);
  }

  /** Runs the function, and checks what holds for every answer. */
  public async run(event: CustomResourceEvent, options: RunOptions = {}): Promise<BenchRun> {
    const proxy = await startRegistryProxy(this.endpoint, options);
    try {
      const run = await runHandler(event, { ...options, endpoint: proxy.endpoint });
      checkAnswers(event, run);
      return { ...run, requestsToEcr: proxy.requests, asked: proxy.requests.map(({ operation }) => operation) };
    } finally {
      await proxy.stop();
    }
  }
}

function checkAnswers(event: CustomResourceEvent, { answer, requests, responseUrl, log }: HandlerRun): void {
  const { host, pathname, search } = new URL(responseUrl);
  for (const { method, url, headers, body } of requests) {
    expect({ method, url, contentType: headers['content-type'] }).toEqual({ method: 'PUT', url: pathname + search, contentType: '' });
    expect(headers['content-length']).toBe(Buffer.byteLength(body).toString());
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_ANSWER);
  }
  expect(answer).toMatchObject({ StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId });
  expect(Buffer.byteLength(answer.PhysicalResourceId)).toBeLessThanOrEqual(MAX_PHYSICAL_ID);
  for (const secret of [host, pathname, search]) expect(log).not.toContain(secret);
}

export function pinOf(tag: string, more: Properties = {}): Properties {
  return { RepositoryArn: REPOSITORY_ARN, Tag: tag, ...more };
}

/** The answer to a pin that was resolved. */
export function resolvedTo(digest: string) {
  return expect.objectContaining({ Status: 'SUCCESS', Data: { DigestHex: digest.replace('sha256:', '') } });
}

/** The answer to a pin of `tag` that was not: it says where, and all the words. */
export function failedWith(tag: string, ...words: string[]) {
  const all = [REPOSITORY, '123456789012', 'eu-west-1', tag, ...words];
  const pattern = all.map((word) => `(?=.*${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})`).join('');
  return expect.objectContaining({ Status: 'FAILED', Reason: expect.stringMatching(new RegExp(`^${pattern}`, 's')) });
}
