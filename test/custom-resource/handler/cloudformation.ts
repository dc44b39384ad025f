import { createServer, IncomingMessage, Server } from 'http';
import { AddressInfo } from 'net';
import { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** An answer as it arrived. */
export interface ReceivedAnswer {
  readonly method?: string;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: number;
  readonly body: {
    readonly Status: 'SUCCESS' | 'FAILED';
    readonly Reason?: string;
    readonly PhysicalResourceId: string;
    readonly Data?: { readonly DigestHex: string };
    readonly [key: string]: unknown;
  };
}

export const PROPERTIES = {
  RepositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/api',
  Tag: 'v1',
};

/** CloudFormation's side of a custom resource: the events, and an address that takes the answers. */
export class CloudFormation {
  public static async start(): Promise<CloudFormation> {
    const cloudFormation = new CloudFormation();
    await new Promise<void>(resolve => cloudFormation.server.listen(0, '127.0.0.1', resolve));
    return cloudFormation;
  }

  public readonly answers: ReceivedAnswer[] = [];
  /** Statuses for the next answers, before they are accepted. */
  public refusals: number[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk)).on('end', () => {
        const status = this.refusals.shift() ?? 200;
        if (status === 200) {
          const body = Buffer.concat(chunks);
          this.answers.push({ method: request.method, headers: request.headers, bytes: body.length, body: JSON.parse(body.toString()) });
        }
        response.writeHead(status).end();
      });
    });
  }

  public get responseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/answer?X-Amz-Signature=secret`;
  }

  public event(
    type: CloudFormationCustomResourceEvent['RequestType'],
    properties: Record<string, unknown> = PROPERTIES,
    physicalId?: string,
    oldProperties?: Record<string, unknown>,
  ): CloudFormationCustomResourceEvent {
    return {
      RequestType: type,
      ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:resolver',
      ResponseURL: this.responseUrl,
      StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/service/1',
      RequestId: 'request-1',
      LogicalResourceId: 'Pin',
      ResourceType: 'Custom::ImageDigest',
      ResourceProperties: { ServiceToken: 'arn', ServiceTimeout: '900', ...properties },
      ...(type !== 'Create' && { PhysicalResourceId: physicalId }),
      ...(type === 'Update' && { OldResourceProperties: { ServiceToken: 'arn', ServiceTimeout: '900', ...oldProperties } }),
    } as CloudFormationCustomResourceEvent;
  }

  public stop(): Promise<void> {
    return new Promise(resolve => this.server.close(() => resolve()));
  }
}
