import { createServer, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Image, multiArchIndex, singleManifest } from '../../emulator/images';
import { listen } from '../../emulator/local-server';
import { digestOf } from '../../src/registry-client/manifest-digest';
import { Certificate } from '../../test/registry-client/certificate';

export const REPOSITORY = 'team/api';
export const BASIC = `Basic ${Buffer.from('robot:swordfish').toString('base64')}`;
export const IDENTITY = 'an-identity-token';
export const TOKEN = 'a-token';

const AMD64 = singleManifest('image');

/** What the tag of every case names. */
export const INDEX = multiArchIndex([{ platform: 'linux/amd64', manifest: AMD64 }, { platform: 'linux/arm64', manifest: singleManifest('other') }]);

/** The servers of one case, for one client. */
export class Stage {
  /** Whether a server got credentials that are not for it. */
  public isRobbed = false;
  private readonly endings: (() => Promise<unknown>)[] = [];

  constructor(public readonly certificate: Certificate) {}

  /** Starts a server and returns its host. */
  public async serve(answer: RequestListener, options: { readonly tls?: boolean } = {}): Promise<string> {
    const { certificate: cert, key } = this.certificate;
    const server = await listen(options.tls ? createTlsServer({ cert, key }, answer) : createServer(answer));
    this.endings.push(server.stop);
    return new URL(server.url).host;
  }

  /** Starts one under another name, which is to get no credentials. */
  public async serveStranger(answer: RequestListener): Promise<string> {
    return otherName(await this.serve((request, response) => {
      this.isRobbed ||= request.headers.authorization !== undefined;
      answer(request, response);
    }));
  }

  public atEnd(end: () => Promise<unknown>): void {
    this.endings.push(end);
  }

  public async stop(): Promise<void> {
    await Promise.all(this.endings.map(async end => end()));
  }
}

/** A host by name: to some clients other ports are the same host, and others take no token server by number. */
export function otherName(host: string): string {
  return host.replace('127.0.0.1', 'localhost');
}

export interface Manners {
  /** In place of what a good registry answers to a request for the tag. */
  readonly tag?: RequestListener;
  /** In place of all else that it answers. */
  readonly rest?: RequestListener;
  /** What the tag names. */
  readonly image?: Image;
  /** Headers of its answer; `undefined` leaves one out. */
  readonly headers?: Record<string, string | string[] | undefined>;
}

/** A registry that everybody may read, and behaves but for its manners. */
export function registry({ tag, rest, image = INDEX, headers = {} }: Manners = {}): RequestListener {
  const stored = new Map([...INDEX.children, INDEX, image].map(manifest => [manifest.digest, manifest]));
  const blobs = new Map(INDEX.children.flatMap(child => child.blobs).map(blob => [digestOf(blob), blob]));
  const send = (request: IncomingMessage, response: ServerResponse, type: string, content: string, more: Manners['headers']) => {
    const all = { 'content-type': type, 'content-length': String(Buffer.byteLength(content)), ...more };
    response.writeHead(200, Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))).end(request.method === 'HEAD' ? undefined : content);
  };
  return (request, response) => {
    const [, kind, reference] = /^\/v2\/team\/api\/(manifests|blobs)\/([^?]+)/.exec(request.url!) ?? [];
    if (kind === 'manifests' && (reference === 'v1' || reference === image.digest)) {
      (tag ?? (() => send(request, response, image.mediaType, image.content, { 'docker-content-digest': image.digest, ...headers })))(request, response);
    } else if (rest) {
      rest(request, response);
    } else if (kind === 'manifests' && stored.has(reference)) {
      const { mediaType, content, digest } = stored.get(reference)!;
      send(request, response, mediaType, content, { 'docker-content-digest': digest });
    } else if (kind === 'blobs' && blobs.has(reference)) {
      send(request, response, 'application/octet-stream', blobs.get(reference)!, {});
    } else if (request.url === '/v2/team/api/tags/list') {
      send(request, response, 'application/json', '{"name":"team/api","tags":["v1"]}', {});
    } else {
      response.writeHead(request.url === '/v2/' ? 200 : 404).end();
    }
  };
}

export const refuse = (status: number, headers: Record<string, string | string[]> = {}): RequestListener => (_, response) =>
  response.writeHead(status, headers).end();

/** One answer for HEAD, another one for GET. */
export const byMethod = (head: RequestListener, get: RequestListener): RequestListener => (request, response) =>
  (request.method === 'HEAD' ? head : get)(request, response);

/** Another answer the first time that the tag is asked for. */
export function atFirst(first: RequestListener, then: RequestListener): RequestListener {
  let count = 0;
  return (request, response) => (request.url!.includes('/manifests/v1') && count++ === 0 ? first : then)(request, response);
}

/** What strangers get, and what those get who are signed in as wanted. */
export const forMembers = (authorization: string, strangers: RequestListener, members = registry()): RequestListener => (request, response) =>
  (request.headers.authorization === authorization ? members : strangers)(request, response);

export const challenge = (...challenges: string[]) => refuse(401, { 'www-authenticate': challenges });
