import { noAnswer } from './oci-failures';
import { ResolutionError } from './resolution-error';

/** The OCI distribution specification lets registries refuse larger manifests. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_REDIRECTS = 5;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export interface HttpRequest {
  readonly url: URL;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  /** Goes to the origin of `url` only. */
  readonly authorization?: string;
  /** Is not sent on to another address. */
  readonly form?: URLSearchParams;
  readonly timeoutMs: number;
  /** What is asked for, in messages. */
  readonly image: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Whether nobody on the way can read or change what is sent to an address. */
export function isPrivate(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.includes(hostname);
}

/** Sends a request, follows its redirects and reads the answer, within limits. Failures are `ResolutionError`s. */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  const { method, headers = {}, form, timeoutMs, image } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  let { url, authorization } = request;
  try {
    for (let redirects = 0; ; redirects++) {
      const response = await fetch(url, {
        method, body: form, headers: { ...headers, ...(authorization && { authorization }) }, redirect: 'manual', signal,
      });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null) {
        return { status: response.status, headers: response.headers, body: await readBody(response, `${url.host} for ${image}`) };
      }
      await response.body?.cancel();
      const next = redirects < MAX_REDIRECTS && !form ? redirectTarget(location, url) : undefined;
      if (!next) {
        throw new ResolutionError('final',
          `${url.host} redirects the request for ${image} once too often, or to an address that is not safe (HTTP ${response.status}); correct the host, or the registry`);
      }
      authorization = next.origin === url.origin ? authorization : undefined;
      url = next;
    }
  } catch (error) {
    throw error instanceof ResolutionError ? error : noAnswer(error, url, image, timeoutMs);
  }
}

/** Where a redirect leads: neither from TLS to plain text, nor from elsewhere to this machine. */
function redirectTarget(location: string, from: URL): URL | undefined {
  const next = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  return next && isPrivate(next) && (isLoopback(from) || !isLoopback(next)) ? next : undefined;
}

async function readBody({ body }: Response, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new ResolutionError('final', `the answer of ${what} has more than ${MAX_BODY_BYTES} bytes, which no manifest may have; correct the reference`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
