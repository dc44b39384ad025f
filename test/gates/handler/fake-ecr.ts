import { BatchGetImageCommand, DescribeImageScanFindingsCommand, DescribeImageSigningStatusCommand, ECRClient, StartImageScanCommand } from '@aws-sdk/client-ecr';
import { GateContext } from '../../../src/gates/handler/gate';
import { digestOf } from '../../../src/registry-client/manifest-digest';

/** What ECR answers about a scan: pages, or an error. */
export type Answer = object[] | Error;

/** ECR and a clock of our own, on which sleeping takes no time. Answers depend on the time since the start, in seconds. */
export class FakeEcr {
  private time = START;
  public readonly calls: string[] = [];
  public readonly manifests = new Map<string, string>();
  public readonly scans = new Map<string, (seconds: number) => Answer>();
  public startScan: (digest: string) => Error | undefined = () => undefined;
  public signatures: (seconds: number) => unknown = () => [];

  /** A manifest, by the digest that it has. */
  public push(manifest: object): string {
    const text = JSON.stringify(manifest);
    this.manifests.set(digestOf(text), text);
    return digestOf(text);
  }

  public get seconds(): number {
    return (this.time - START) / 1_000;
  }

  public context(deadlineSeconds = 10_000): GateContext {
    return {
      client: { send: (command: unknown) => this.answer(command) } as unknown as ECRClient,
      deadline: START + 1_000 * deadlineSeconds,
      now: () => this.time,
      sleep: async milliseconds => {
        this.time += milliseconds;
      },
    };
  }

  private async answer(command: unknown): Promise<object> {
    if (command instanceof BatchGetImageCommand) {
      this.calls.push('BatchGetImage');
      const [imageId] = command.input.imageIds!;
      return { images: [{ imageId, imageManifest: this.manifests.get(imageId.imageDigest!) }] };
    }
    if (command instanceof DescribeImageScanFindingsCommand) {
      const { imageId, nextToken } = command.input;
      this.calls.push(`DescribeImageScanFindings ${imageId!.imageDigest}`);
      const pages = this.scans.get(imageId!.imageDigest!)!(this.seconds);
      if (pages instanceof Error) {
        throw pages;
      }
      const page = Number(nextToken ?? 0);
      return { imageId, ...pages[page], ...(page < pages.length - 1 && { nextToken: `${page + 1}` }) };
    }
    if (command instanceof StartImageScanCommand) {
      const { imageId } = command.input;
      this.calls.push(`StartImageScan ${imageId!.imageDigest}`);
      const error = this.startScan(imageId!.imageDigest!);
      if (error) {
        throw error;
      }
      return { imageId };
    }
    this.calls.push('DescribeImageSigningStatus');
    const signingStatuses = this.signatures(this.seconds);
    if (signingStatuses instanceof Error) {
      throw signingStatuses;
    }
    return { imageId: (command as DescribeImageSigningStatusCommand).input.imageId, signingStatuses };
  }
}

export const START = Date.parse('2026-06-15T12:00:00Z');

export const REPOSITORY = { account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' };

export function ecrError(name: string, message = 'as ECR says', httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode } });
}

export function daysAgo(days: number): Date {
  return new Date(START - days * 86_400_000);
}
