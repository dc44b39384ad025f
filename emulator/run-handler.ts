import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { accountVariables } from './account-clients';
import { AnswerRequest, startAnswerEndpoint } from './answer-endpoint';
import { CustomResourceEvent } from './custom-resource-event';

const FUNCTION_CODE = join(__dirname, '..', 'assets', 'functions', 'index');

/** Calls the handler as the Lambda runtime does, and logs what it throws; the event comes on standard input. */
const RUNTIME = `
  const { handler, event, end } = JSON.parse(require('fs').readFileSync(0));
  require('./index.js')[handler](event, { getRemainingTimeInMillis: () => end - Date.now() }).catch(console.error);
`;

export interface HandlerRunOptions {
  /** Where ECR is. */
  readonly endpoint: string;

  /**
   * Which function it is.
   *
   * @default 'resolve'
   */
  readonly handler?: 'resolve' | 'gate' | 'mark';

  /**
   * The function's time. It is ended when that is over.
   *
   * @default 60000
   */
  readonly remainingMs?: number;

  /**
   * What the first answers get from CloudFormation's side.
   *
   * @default - 200
   */
  readonly answerStatuses?: number[];
}

export interface HandlerRun {
  /** The last answer. */
  readonly answer: HandlerAnswer;
  readonly requests: AnswerRequest[];
  readonly responseUrl: string;
  /** All that would be in the function's log. */
  readonly log: string;
}

export interface HandlerAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Record<string, string>;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

/**
 * Runs the function's code as it is shipped, in a process and a folder of its own, and takes its answer.
 */
export async function runHandler(event: CustomResourceEvent, options: HandlerRunOptions): Promise<HandlerRun> {
  const { endpoint, handler = 'resolve', remainingMs = 60_000, answerStatuses } = options;
  const folder = await mkdtemp(join(tmpdir(), 'resolver-'));
  const cloudFormation = await startAnswerEndpoint(answerStatuses);
  try {
    await cp(FUNCTION_CODE, folder, { recursive: true });
    const input = { handler, event: { ...event, ResponseURL: cloudFormation.responseUrl }, end: Date.now() + remainingMs };
    const log = await runNode(folder, endpoint, JSON.stringify(input), remainingMs);

    const last = cloudFormation.requests.at(-1);
    if (!last) throw new Error(`the function did not answer within ${remainingMs / 1000} seconds; its log is\n${log}`);
    return { answer: JSON.parse(last.body), requests: cloudFormation.requests, responseUrl: cloudFormation.responseUrl, log };
  } finally {
    await cloudFormation.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runNode(folder: string, endpoint: string, input: string, timeout: number): Promise<string> {
  const node = spawn(process.execPath, ['-e', RUNTIME], {
    cwd: folder,
    timeout,
    env: {
      ...accountVariables({ endpoint, ecrEndpoint: endpoint }),
      HOME: folder,
      AWS_REGION: 'us-east-1', // the function's Region; that of the repository is in its ARN
      NODE_NO_WARNINGS: '1', // the SDK's about Node.js 20
    },
  });
  node.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(node.stdout), text(node.stderr), once(node, 'close')]);
  return stdout + stderr;
}
