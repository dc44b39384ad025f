import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { CreateRepositoryCommand, ECRClient, StartImageScanCommand } from '@aws-sdk/client-ecr';
import { emulatorClients } from '../../emulator/clients';
import { Image, pushImage, singleManifest } from '../../emulator/images';
import { listen, LocalServer } from '../../emulator/local-server';
import { RegistryProxy, RegistryProxyOptions, startRegistryProxy } from '../../emulator/registry-proxy';
import { emptyMoto } from '../shared-emulators';

/** What signs the requests of the tests, and must be in no output. */
export const ACCESS_KEY = 'AKIATESTACCESSKEYID0';
export const SECRET_KEY = 'test/secret+access/key/that/nobody/may/see';

/** An emulated AWS for the tests of one file: ECR behind a proxy that counts, and STS behind one that can refuse. */
export class WatchedAws {
  public sts!: StsGate;
  private endpoint!: string;
  private proxy!: RegistryProxy;

  constructor() {
    beforeAll(async () => {
      this.endpoint = (await emptyMoto()).endpoint;
      this.sts = await startStsGate(this.endpoint);
    }, 300_000);

    beforeEach(async () => {
      this.proxy = await startRegistryProxy(this.endpoint);
    });

    afterEach(() => this.proxy.stop());

    afterAll(() => this.sts.stop());
  }

  /** What was asked of ECR in this test. */
  public get asked(): string[] {
    return this.proxy.requests.map(({ operation }) => operation);
  }

  /** Breaks ECR for the rest of the test. */
  public async spoil(options: RegistryProxyOptions): Promise<void> {
    await this.proxy.stop();
    this.proxy = await startRegistryProxy(this.endpoint, options);
    Object.assign(process.env, this.environment);
  }

  public get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL_ECR: this.proxy.endpoint,
      AWS_ENDPOINT_URL_STS: this.sts.url,
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AWS_EC2_METADATA_DISABLED: 'true',
      NODE_NO_WARNINGS: '1',
    };
  }

  /** Bypasses the proxy. */
  public get ecr(): ECRClient {
    return emulatorClients(this.endpoint).ecr;
  }

  /** Has the emulator answer with this for the scan of an image, once it was scanned. */
  public async answerScan(repositoryName: string, imageDigest: string, result: object): Promise<void> {
    const answer = { registryId: '123456789012', repositoryName, imageId: { imageDigest }, ...result };
    await fetch(`${this.endpoint}/moto-api/static/ecr/scan-finding-results`, { method: 'POST', body: JSON.stringify({ results: [answer], region: 'eu-west-1' }) });
    await this.ecr.send(new StartImageScanCommand({ repositoryName, imageId: { imageDigest } }));
  }

  /** Pushes an image of its own for each tag. */
  public async push(repositoryName: string, ...tags: string[]): Promise<Image[]> {
    await this.ecr.send(new CreateRepositoryCommand({ repositoryName })).catch(() => {});
    return Promise.all(tags.map(async tag => {
      const image = singleManifest(`${repositoryName}:${tag}:${Math.random()}`);
      await pushImage(this.ecr, repositoryName, image, tag);
      return image;
    }));
  }
}

/** STS as an account has it that trusts nobody but on request. */
export interface StsGate extends LocalServer {
  /** Whether roles can be assumed. */
  trusts: boolean;
  /** The actions that were asked for, since the last call. */
  taken(): URLSearchParams[];
}

async function startStsGate(emulator: string): Promise<StsGate> {
  let requests: URLSearchParams[] = [];
  const gate = { trusts: true };
  const server = await listen(createServer(async (request, response) => {
    const body = await buffer(request);
    const asked = new URLSearchParams(body.toString());
    requests.push(asked);
    if (asked.get('Action') === 'AssumeRole' && !gate.trusts) {
      refuse(response, asked.get('RoleArn')!);
    } else {
      await pass(emulator, request, body, response);
    }
  }));
  const taken = () => {
    const all = requests;
    requests = [];
    return all;
  };
  return Object.assign(gate, server, { taken });
}

function refuse(response: ServerResponse, role: string): void {
  const message = `User: arn:aws:iam::123456789012:user/test is not authorized to perform: sts:AssumeRole on resource: ${role}`;
  response.writeHead(403, { 'content-type': 'text/xml' });
  response.end(`<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`);
}

/** Hands a request on to the emulator. */
export async function pass(emulator: string, { method, url, headers }: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  const { host: _, connection: __, 'content-length': ___, ...others } = headers;
  const answer = await fetch(new URL(url!, emulator), { method, headers: others as Record<string, string>, body: new Uint8Array(body) });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/xml' });
  response.end(await answer.text());
}
