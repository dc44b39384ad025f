import { createServer, request as httpRequest, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from './local-server';

/** A refusal for lack of time, an internal error, an answer that takes its time or lacks its second half, or a connection that is cut. */
export type NetworkFault = 'throttled' | 'failed' | 'slow' | 'truncated' | 'cut';

export interface AskedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly fault?: NetworkFault;
}

export interface FaultyProxy {
  readonly url: string;
  /** In the order in which they came. */
  readonly requests: AskedRequest[];
  stop(): Promise<void>;
}

const SLOW_MS = 300;

/** Stands before a registry, ECR or another, and spoils the requests that `faultOf` names a fault for; the first has number 1. */
export async function startFaultyProxy(
  target: string, faultOf: (request: Omit<AskedRequest, 'fault'>, number: number) => NetworkFault | undefined,
): Promise<FaultyProxy> {
  const requests: AskedRequest[] = [];
  const server = await listen(createServer(async (request, response) => {
    const body = await buffer(request);
    const asked = { method: request.method!, path: request.url!, body: body.toString() };
    const fault = faultOf(asked, requests.length + 1);
    requests.push({ ...asked, fault });
    if (fault === 'cut') {
      response.destroy();
      return;
    }
    if (fault === 'throttled') {
      throttle(response, 'x-amz-target' in request.headers);
      return;
    }
    if (fault === 'failed') {
      response.writeHead(500).end();
      return;
    }
    if (fault === 'slow') {
      await new Promise(resolve => setTimeout(resolve, SLOW_MS));
    }
    httpRequest(new URL(asked.path, target), { method: asked.method, headers: request.headers }, async answer => {
      if (fault === 'truncated') {
        const whole = await buffer(answer);
        response.writeHead(answer.statusCode!, answer.headers).write(whole.subarray(0, whole.length / 2), () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    }).on('error', () => response.destroy()).end(body);
  }));
  return { url: server.url, requests, stop: server.stop };
}

function throttle(response: ServerResponse, isAws: boolean): void {
  if (isAws) {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }));
  } else {
    response.writeHead(429).end();
  }
}
