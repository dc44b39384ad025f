import { createServer, IncomingMessage, request as httpRequest, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from './local-server';

/**
 * A request to ECR, as it came.
 */
export interface RegistryRequest {
  readonly operation: string;
  readonly region: string;
  readonly parameters: Record<string, unknown>;
}

/**
 * What a client gets in place of the registry's answer: an error of AWS, a connection that is cut, no answer at all, or one that does
 * not end.
 */
export type Fault = { readonly error: string; readonly message: string; readonly status?: number } | 'cut' | 'hang' | 'stall';

export interface RegistryProxyOptions {
  /**
   * @default - the registry's answers are passed on
   */
  readonly fault?: Fault;

  /**
   * How many requests meet the fault.
   *
   * @default - all
   */
  readonly times?: number;

  /**
   * The only operation that meets the fault.
   *
   * @default - all operations do
   */
  readonly operation?: string;

  /**
   * Told when an answer has been given.
   *
   * @default - nobody is
   */
  readonly onAnswer?: () => void;
}

export interface RegistryProxy {
  readonly endpoint: string;
  /** Those that met the fault included. */
  readonly requests: RegistryRequest[];
  stop(): Promise<void>;
}

/**
 * Stands between a client and the emulator, to see what is asked, and to break it.
 */
export async function startRegistryProxy(emulator: string, options: RegistryProxyOptions = {}): Promise<RegistryProxy> {
  const { fault, times = Infinity, operation, onAnswer } = options;
  const requests: RegistryRequest[] = [];
  let faults = 0;

  const server = await listen(createServer(async (request, response) => {
    const body = await buffer(request);
    const asked = read(request, body);
    requests.push(asked);
    response.on('finish', () => onAnswer?.());
    if (fault && faults < times && asked.operation === (operation ?? asked.operation)) {
      faults++;
      spoil(response, fault);
    } else {
      forward(emulator, request, body, response);
    }
  }));
  return { endpoint: server.url, requests, stop: server.stop };
}

function read({ headers }: IncomingMessage, body: Buffer): RegistryRequest {
  const [, region] = /Credential=[^/]+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return { operation: String(headers['x-amz-target']).split('.').pop()!, region, parameters: JSON.parse(body.toString()) };
}

function spoil(response: ServerResponse, fault: Fault): void {
  if (fault === 'hang') return;
  if (fault === 'stall') {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).write('{"imageDetails":[');
    return;
  }
  if (fault === 'cut') {
    response.destroy();
    return;
  }
  response.writeHead(fault.status ?? 400, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify({ __type: fault.error, message: fault.message }));
}

function forward(emulator: string, { method, url, headers }: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const forwarded = httpRequest(new URL(url!, emulator), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });
  forwarded.on('error', () => response.destroy());
  forwarded.end(body);
}
