import { request as requestHttp } from 'http';
import { request as requestHttps } from 'https';
import { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** An answer to CloudFormation. */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Record<string, string>;
}

/** CloudFormation takes 4,096 bytes; the identifiers around the reason may take some 1,500 of them. */
const MAX_REASON_BYTES = 2_500;
const ATTEMPTS = 5;
const TIMEOUT = 4_000;

/** Sends an answer to the address in the event, which is as good as a password: it appears in no log and no error. */
export async function sendAnswer(event: CloudFormationCustomResourceEvent, answer: Answer, sleep: (milliseconds: number) => Promise<void>) {
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = Buffer.from(JSON.stringify({ ...answer, Reason: answer.Reason && shorten(answer.Reason), StackId, RequestId, LogicalResourceId }));
  for (let attempt = 1; ; attempt++) {
    const problem = await put(event.ResponseURL, body);
    if (!problem) {
      return;
    }
    if (attempt === ATTEMPTS) {
      throw new Error(`could not answer CloudFormation after ${ATTEMPTS} attempts (${problem})`);
    }
    await sleep(200 * 2 ** attempt);
  }
}

/** What went wrong, if anything. The signed address holds for an empty content type only. */
function put(url: string, body: Buffer): Promise<string | undefined> {
  return new Promise(resolve => {
    const send = url.startsWith('http:') ? requestHttp : requestHttps;
    const headers = { 'content-type': '', 'content-length': body.length };
    const request = send(url, { method: 'PUT', headers, signal: AbortSignal.timeout(TIMEOUT) }, response => {
      response.resume().on('error', () => {});
      const status = response.statusCode!;
      resolve(status >= 200 && status < 300 ? undefined : `HTTP ${status}`);
    });
    request.on('error', ({ code, name }: NodeJS.ErrnoException) => resolve(code ?? name)).end(body);
  });
}

function shorten(reason: string): string {
  const bytes = Buffer.from(reason);
  return bytes.length <= MAX_REASON_BYTES ? reason : `${bytes.subarray(0, MAX_REASON_BYTES).toString().replace(/\uFFFD$/, '')}…`;
}
