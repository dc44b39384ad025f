import { createServer, IncomingMessage, request as httpRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '../emulator/local-server';

export interface DistantServer {
  readonly url: string;
  /** What was asked since the last call, by the operation of AWS or the HTTP method. */
  taken(): string[];
  stop(): Promise<void>;
}

/** Stands before a server on this machine as if it were further away: each request takes that much longer. */
export async function startDistantServer(target: string, latencyMs: number): Promise<DistantServer> {
  let asked: string[] = [];
  const server = await listen(createServer(async (request, response) => {
    asked.push(operationOf(request));
    const body = await buffer(request);
    await new Promise(resolve => setTimeout(resolve, latencyMs));
    const { method, url, headers } = request;
    httpRequest(new URL(url!, target), { method, headers }, answer => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    }).on('error', () => response.destroy()).end(body);
  }));
  const taken = () => {
    const all = asked;
    asked = [];
    return all;
  };
  return { url: server.url, taken, stop: server.stop };
}

function operationOf({ method, headers }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  return target ? String(target).split('.').pop()! : method!;
}
