import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { runProcess } from './measure';
import { CustomResourceEvent } from '../emulator/custom-resource-event';
import { listen } from '../emulator/local-server';

/** What the Lambda runtime does. CDK's handler answers port 443 whatever the address says, so it is led to ours. */
const RUNTIME = `
  const { code, handler, event } = JSON.parse(require('fs').readFileSync(0));
  const { port } = new URL(event.ResponseURL);
  if (process.env.ANSWER_BY_HTTP) require('https').request = (options, receive) => require('http').request({ ...options, port }, receive);
  console.log = () => {};
  require(code)[handler](event, { getRemainingTimeInMillis: () => 60000, logStreamName: 'log' })
    .then(() => process.stdout.write(String(process.resourceUsage().maxRSS)));
`;

export interface ColdStart {
  /** From the start of the process to the answer to CloudFormation. */
  readonly milliseconds: number;
  readonly maxRssKilobytes: number;
}

/** The code of a function, and what it exports. */
export interface FunctionCode {
  readonly code: string;
  readonly handler: string;
}

/** Starts a process for a function, hands it the event, and waits for an answer of success. */
export async function coldStart(
  { code, handler }: FunctionCode, event: CustomResourceEvent, ecr: string, env: NodeJS.ProcessEnv = {},
): Promise<ColdStart> {
  let answeredAt = 0;
  let answer = '';
  const cloudFormation = await listen(createServer(async (request, response) => {
    answer = await text(request);
    answeredAt = performance.now();
    response.end();
  }));
  try {
    const start = performance.now();
    const maxRss = await runProcess(process.execPath, ['-e', RUNTIME], {
      input: JSON.stringify({ code, handler, event: { ...event, ResponseURL: `${cloudFormation.url}/answer` } }),
      env: { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator', AWS_ENDPOINT_URL_ECR: ecr, NODE_NO_WARNINGS: '1', ...env },
    });
    if (JSON.parse(answer).Status !== 'SUCCESS') {
      throw new Error(`the function in ${code} answered ${answer}`);
    }
    return { milliseconds: answeredAt - start, maxRssKilobytes: Number(maxRss) };
  } finally {
    await cloudFormation.stop();
  }
}
