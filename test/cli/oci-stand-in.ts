import { createServer } from 'node:http';
import { singleManifest } from '../../emulator/images';
import { listen, LocalServer } from '../../emulator/local-server';

export interface OciStandIn extends LocalServer {
  readonly host: string;
  /** By `repository:tag` or `repository:digest`; a number is the status of a refusal. */
  readonly images: Map<string, string | number>;
  /** The most requests that were under way at a time. */
  readonly peak: () => number;
  requests: number;
}

/** A registry that says what a test wants it to; the real one has tests of its own. */
export async function startOciStandIn(address?: string): Promise<OciStandIn> {
  const images = new Map<string, string | number>();
  let underWay = 0;
  let peak = 0;
  const server = await listen(createServer(async (request, response) => {
    stand.requests++;
    peak = Math.max(peak, ++underWay);
    await new Promise(resolve => setTimeout(resolve, 5));
    underWay--;
    const [, repository, reference] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(request.url!) ?? [];
    const known = images.get(`${repository}:${reference}`) ?? 404;
    if (typeof known === 'number') {
      response.writeHead(known).end();
    } else {
      response.writeHead(200, { 'content-type': singleManifest('').mediaType, 'docker-content-digest': known }).end();
    }
  }), address);
  const stand = Object.assign(server, { host: server.url.replace('http://', ''), images, peak: () => peak, requests: 0 });
  return stand;
}
