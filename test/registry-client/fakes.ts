import { createServer, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { singleManifest } from '../../emulator/images';
import { listen, LocalServer } from '../../emulator/local-server';

export const image = singleManifest('image');
export const headers = { 'content-type': image.mediaType, 'docker-content-digest': image.digest };

export const PASSWORD = `Basic ${Buffer.from('robot:swordfish').toString('base64')}`;
export const credentials = async () => ({ username: 'robot', password: 'swordfish' });

/** What a fake was asked, with which authorization. */
export type Seen = [path: string, authorization?: string];

export interface Fake {
  readonly url: string;
  readonly host: string;
  readonly seen: Seen[];
}

/** Registries and token servers that say what a test wants them to, until it ends. */
export class Fakes {
  private readonly servers: LocalServer[] = [];

  constructor() {
    afterEach(() => Promise.all(this.servers.splice(0).map(server => server.stop())));
  }

  public async start(answer: RequestListener, address?: string): Promise<Fake> {
    const seen: Seen[] = [];
    const server = await listen(createServer((request, response) => {
      seen.push([request.url!, request.headers.authorization]);
      answer(request, response);
    }), address);
    this.servers.push(server);
    return { url: server.url, host: new URL(server.url).host, seen };
  }
}

export const askFor = (challenge: string, then: RequestListener): RequestListener => (request, response) => request.headers.authorization
  ? then(request, response)
  : response.writeHead(401, { 'www-authenticate': challenge }).end();

export const redirectTo = (location: () => string, status = 307) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status, { location: location() }).end();
};

export const giveImage: RequestListener = (request, response) => response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : image.content);
