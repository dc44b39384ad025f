import type { Agent, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'http';
import { request as requestHttp } from 'http';
import { request as requestHttps } from 'https';
import type { Duplex } from 'stream';
import { withDeadline } from './deadline';
import { ResolutionError } from './resolution-error';
import { isLoopback, isThisMachine } from './this-machine';
import { noAnswer } from './transport-failures';

/** The OCI distribution specification lets registries refuse larger manifests. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_REDIRECTS = 5;

/** Some registries refuse who does not say it. */
const USER_AGENT = 'cdk-secure-repository';

/** What makes the connection for a request to an address; `undefined` for Node.js' own way. */
export type AgentFor = (url: URL) => Agent | undefined;

export interface HttpRequest {
  readonly url: URL;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  /** Goes to the origin of `url` only, and not in plain text to another machine. */
  readonly authorization?: string;
  /** Is not sent on to another address. */
  readonly form?: URLSearchParams;
  readonly timeoutMs: number;
  readonly agent?: AgentFor;
  /** What is asked for, in messages. */
  readonly image: string;
}

export interface HttpResponse {
  /** Who answers: after a redirect it is another address than the one that was asked. */
  readonly url: URL;
  readonly status: number;
  /** Names are in lower case. */
  readonly headers: Record<string, string | undefined>;
  readonly body: Buffer;
}

/** Whether nobody on the way can read or change what is sent to an address. */
export function isPrivate(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** Sends a request, follows its redirects and reads the answer, within limits. Failures are `ResolutionError`s. */
export async function sendRequest(request: HttpRequest): Promise<HttpResponse> {
  const { timeoutMs, image } = request;
  const asked = { url: request.url };
  try {
    return await withDeadline(timeoutMs, async signal => follow(request, signal, asked));
  } catch (error) {
    throw error instanceof ResolutionError ? error : noAnswer(error, asked.url, image, timeoutMs);
  }
}

/** @param asked tells who is asked at the moment */
async function follow({ method, form, image, agent, ...request }: HttpRequest, signal: AbortSignal, asked: { url: URL }): Promise<HttpResponse> {
  let { authorization } = request;
  for (let redirects = 0; ; redirects++) {
    const { url } = asked;
    const headers = {
      'accept': '*/*',
      'user-agent': USER_AGENT,
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...request.headers,
      ...(authorization && isPrivate(url) && { authorization }),
    };
    const response = await send(url, { method, headers, signal, agent: agent?.(url) }, form?.toString());
    const status = response.statusCode!;
    const { location } = response.headers;
    if (status < 300 || status >= 400 || location === undefined) {
      return { url, status, headers: singleHeaders(response.headers), body: await readBody(response, url, image) };
    }
    response.destroy();
    const next = redirects < MAX_REDIRECTS && !form ? redirectTarget(location, url) : undefined;
    if (!next) {
      throw new ResolutionError('malformed-answer',
        `${url.host} redirects the request for ${image} once too often, or to an address that is not safe (HTTP ${status})`, { status });
    }
    authorization = next.origin === url.origin ? authorization : undefined;
    asked.url = next;
  }
}

/** Not with `fetch`, which takes longer to load than all else that a look-up needs. */
function send(url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    // Without these, a connection that changes its protocol, or ends without an answer, would leave the request open.
    const lost = () => reject(Object.assign(new Error('no answer'), { code: 'ECONNRESET' }));
    const upgraded = (_: IncomingMessage, socket: Duplex) => {
      socket.destroy();
      reject(Object.assign(new Error('another protocol'), { code: 'ERR_UPGRADE' }));
    };
    request(url, options, resolve).on('error', reject).on('upgrade', upgraded).on('close', lost).end(body);
  });
}

function singleHeaders(headers: IncomingHttpHeaders): HttpResponse['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
}

/** Where a redirect leads: not to plain text, but within the origin that was asked so, and not from elsewhere to this machine. */
function redirectTarget(location: string, from: URL): URL | undefined {
  const next = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  return next && (isPrivate(next) || next.origin === from.origin) && (isThisMachine(from) || !isThisMachine(next)) ? next : undefined;
}

async function readBody(response: IncomingMessage, { host }: URL, image: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new ResolutionError('malformed-answer', `the answer of ${host} for ${image} has more than ${MAX_BODY_BYTES} bytes, which no manifest may have`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
