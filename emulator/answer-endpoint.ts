import { createServer, IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from './local-server';

/**
 * A request to the address where CloudFormation waits for an answer.
 */
export interface AnswerRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface AnswerEndpoint {
  /** As CloudFormation's: signed, so that whoever reads it can answer. */
  readonly responseUrl: string;
  readonly requests: AnswerRequest[];
  stop(): Promise<void>;
}

/**
 * The place of the S3 object that CloudFormation has answers written to.
 *
 * @param statuses the HTTP statuses of the first answers; all further ones get 200
 */
export async function startAnswerEndpoint(statuses: number[] = []): Promise<AnswerEndpoint> {
  const requests: AnswerRequest[] = [];
  const server = await listen(createServer(async (request, response) => {
    requests.push({ method: request.method!, url: request.url!, headers: request.headers, body: await text(request) });
    response.writeHead(statuses[requests.length - 1] ?? 200).end();
  }));
  return {
    responseUrl: `${server.url}/arn%3Aaws%3Acloudformation?X-Amz-Expires=7200&X-Amz-Signature=0123456789abcdef`,
    requests,
    stop: server.stop,
  };
}
