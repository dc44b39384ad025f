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

/** CloudFormation takes no more, with everything that JSON escapes. */
const MAX_BODY_BYTES = 4_096;
const ATTEMPTS = 5;
const TIMEOUT = 4_000;

/** Sends an answer to the address in the event, which is as good as a password: it appears in no log and no error. */
export async function sendAnswer(event: CloudFormationCustomResourceEvent, answer: Answer, sleep: (milliseconds: number) => Promise<void>) {
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = withinLimit(answer.Reason, Reason => Buffer.from(JSON.stringify({ ...answer, Reason, StackId, RequestId, LogicalResourceId })));
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

/** The body with as much of the reason as there is room for. */
function withinLimit(reason: string | undefined, bodyWith: (reason?: string) => Buffer): Buffer {
  const whole = bodyWith(reason);
  if (reason === undefined || whole.length <= MAX_BODY_BYTES) {
    return whole;
  }
  const characters = [...reason];
  const shortened = (length: number) => bodyWith(`${characters.slice(0, length).join('')}…`);
  let [fits, tooLong] = [0, characters.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    [fits, tooLong] = shortened(middle).length <= MAX_BODY_BYTES ? [middle, tooLong] : [fits, middle];
  }
  return shortened(fits);
}
