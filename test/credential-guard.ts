import http, { ClientRequest, IncomingMessage, OutgoingHttpHeaders, RequestOptions, ServerResponse } from 'node:http';
import https from 'node:https';
import { CredentialWatch } from './credential-watch';

/**
 * Fails every test in which a credential of a registry goes where it does not belong.
 *
 * It sees the requests that this process sends, and those that its servers get, from whatever process.
 */
export const watch = new CredentialWatch();
const undo: (() => void)[] = [];

beforeAll(() => {
  for (const module of [http, https]) {
    watchRequests(module);
    watchServers(module);
  }
});

afterEach(() => {
  expect(watch.takeViolations()).toEqual([]);
});

afterAll(() => undo.splice(0).forEach(restore => restore()));

/** As `src/registry-client/transport.ts` calls it, with an address. */
function watchRequests(module: typeof http | typeof https): void {
  const { request } = module;
  const watched = (...args: Parameters<typeof http.request>) => {
    const [url, options] = args as unknown as [unknown, RequestOptions | undefined];
    const sent = Reflect.apply(request, module, args) as ClientRequest;
    return url instanceof URL ? watchRequest(sent, url, options?.headers as OutgoingHttpHeaders) : sent;
  };
  Object.assign(module, { request: watched });
  undo.push(() => Object.assign(module, { request }));
}

function watchRequest(sent: ClientRequest, url: URL, headers: OutgoingHttpHeaders | undefined): ClientRequest {
  const { end } = sent;
  sent.end = function (this: ClientRequest, ...args: unknown[]) {
    watch.request(url, headers?.authorization as string | undefined, typeof args[0] === 'string' ? args[0] : '');
    return Reflect.apply(end, this, args);
  } as typeof end;
  return sent.prependListener('response', (response: IncomingMessage) => watch.answer(url, response.headers));
}

function watchServers({ Server }: typeof http | typeof https): void {
  const { emit } = Server.prototype;
  Server.prototype.emit = function (this: http.Server, event: string, ...args: unknown[]) {
    if (event === 'request') {
      watchArrival(args[0] as IncomingMessage, args[1] as ServerResponse);
    }
    return Reflect.apply(emit, this, [event, ...args]);
  } as typeof emit;
  undo.push(() => Server.prototype.emit = emit);
}

function watchArrival(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url!, `${'encrypted' in request.socket ? 'https' : 'http'}://${request.headers.host}`);
  watch.request(url, request.headers.authorization, '');
  const { push } = request;
  request.push = (chunk, ...rest) => {
    watch.request(url, undefined, String(chunk ?? ''));
    return push.call(request, chunk, ...rest);
  };
  const { writeHead } = response;
  response.writeHead = function (this: ServerResponse, ...args: unknown[]) {
    const headers = args.find(arg => typeof arg === 'object') as OutgoingHttpHeaders | undefined;
    watch.answer(url, { ...response.getHeaders(), ...headers });
    return Reflect.apply(writeHead, this, args);
  } as typeof writeHead;
}
