import { buffer } from 'node:stream/consumers';
import { atFirst, BASIC, byMethod, challenge, forMembers, IDENTITY, INDEX, Manners, otherName, refuse, registry, Stage, TOKEN } from './stage';
import { Image } from '../../emulator/images';
import { digestOf } from '../../src/registry-client/manifest-digest';

/** A registry with manners of its own, and what a careful client makes of it. */
export interface Case {
  readonly name: string;
  /** The digest, or `error`. */
  readonly expected: string;
  /**
   * What the client has to sign in with.
   *
   * @default - nothing
   */
  readonly login?: 'password' | 'identity token';
  /** Asked for instead of the tag. */
  readonly digest?: string;
  /** Starts the registry and returns its host. */
  readonly start: (stage: Stage) => Promise<string>;
}

const OTHER = digestOf('something else');
const right = INDEX.digest;

const image = (content: string, mediaType = ''): Image => ({ content, mediaType, digest: digestOf(content), blobs: [] });
const untyped = image(JSON.stringify({ ...JSON.parse(INDEX.content), mediaType: undefined }), INDEX.mediaType);
const both = image(JSON.stringify({ ...JSON.parse(untyped.content), config: {}, layers: [] }));
const schema1 = image('{"schemaVersion":1,"fsLayers":[],"history":[]}', 'application/vnd.docker.distribution.manifest.v1+prettyjws');
const huge = image(JSON.stringify({ ...JSON.parse(INDEX.content), annotations: { a: 'a'.repeat(5_000_000) } }), INDEX.mediaType);
const withMark = image(`\uFEFF${INDEX.content}`, INDEX.mediaType);

const json = { 'content-type': 'application/json' };
const noHead = refuse(405);
const cut = byMethod(noHead, (_, response) => {
  response.writeHead(200, { 'content-type': INDEX.mediaType, 'content-length': INDEX.content.length }).write(INDEX.content.slice(0, 100), () => response.destroy());
});

/** Gives the token to who shows a password or an identity token, as wanted. */
async function tokenServer(stage: Stage, takes: 'GET' | 'POST' = 'GET', scope?: string): Promise<string> {
  const host = await stage.serve(async (request, response) => {
    const form = new URLSearchParams((await buffer(request)).toString());
    const isKnown = takes === 'POST' ? form.get('refresh_token') === IDENTITY : request.headers.authorization === BASIC;
    const scopes = new URL(request.url!, 'http://server').searchParams.getAll('scope');
    const token = scope === undefined || scopes.includes(scope) ? TOKEN : 'narrow';
    response.writeHead(request.method !== takes ? 404 : isKnown ? 200 : 401).end(JSON.stringify({ token }));
  });
  return `http://${otherName(host)}/token`;
}

const bearer = (realm: string, more = '') => `Bearer realm="${realm}",service="test"${more}`;
const wants = (...challenges: string[]) => async (stage: Stage) => stage.serve(forMembers(BASIC, challenge(...challenges)));
const simple = (name: string, expected: string, manners: Manners): Case => ({ name, expected, start: async stage => stage.serve(registry(manners)) });

export const CASES: Case[] = [
  simple('nothing special', right, {}),
  ...[403, 404, 405, 500, 501].map(status => simple(`HEAD is refused with ${status}`, right, { tag: byMethod(refuse(status), registry()) })),
  simple('HEAD has no digest', right, { tag: byMethod(registry({ headers: { 'docker-content-digest': undefined } }), registry()) }),
  simple('HEAD has no length', right, { tag: byMethod(registry({ headers: { 'content-length': undefined } }), registry()) }),
  simple('digest header twice', right, { headers: { 'docker-content-digest': [right, right] } }),
  simple('two digest headers that differ', 'error', { headers: { 'docker-content-digest': [right, OTHER] } }),
  simple('digest in upper case', 'error', { headers: { 'docker-content-digest': right.toUpperCase() } }),
  simple('digest of GET is not that of the content', 'error', { tag: byMethod(noHead, registry({ headers: { 'docker-content-digest': OTHER } })) }),
  { ...simple('asked by digest, HEAD names another one', 'error', { headers: { 'docker-content-digest': OTHER } }), digest: right },
  {
    ...simple('asked by digest, GET has other content', 'error', {
      tag: byMethod(noHead, (_, response) => response.writeHead(200, { 'content-type': INDEX.mediaType }).end(untyped.content)),
    }),
    digest: right,
  },
  simple('application/json', right, { headers: json }),
  simple('application/json, and no mediaType within', untyped.digest, { image: untyped, headers: json }),
  simple('no content type, and no mediaType within', untyped.digest, { image: untyped, headers: { 'content-type': undefined } }),
  simple('application/json, and an index and an image at once', 'error', { image: both, headers: json }),
  simple('schema 1', 'error', { image: schema1 }),
  simple('byte order mark, by GET', 'error', { image: withMark, tag: byMethod(noHead, registry({ image: withMark })) }),
  simple('manifest of 5 MB, by GET', 'error', { image: huge, tag: byMethod(noHead, registry({ image: huge })) }),
  simple('a web page', 'error', { tag: (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>') }),
  simple('tag is not there', 'error', { tag: refuse(404) }),

  simple('429 once, Retry-After in seconds', right, { tag: atFirst(refuse(429, { 'retry-after': '1' }), registry()) }),
  simple('429 once, Retry-After as a date', right, { tag: atFirst(refuse(429, { 'retry-after': new Date(Date.now() + 2_000).toUTCString() }), registry()) }),
  simple('503 once', right, { tag: atFirst(refuse(503), registry()) }),
  simple('connection closed once', right, { tag: atFirst(request => request.socket.destroy(), registry()) }),
  simple('connection always closed', 'error', { tag: request => request.socket.destroy() }),
  simple('half a body', 'error', { tag: cut }),
  simple('HTTP 101', 'error', { tag: request => request.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n') }),

  ...[302, 307, 308].map((status): Case => ({
    name: `redirect to another host (${status}), signed in`,
    expected: right,
    login: 'password',
    start: async stage => {
      const other = await stage.serveStranger(registry());
      return stage.serve(forMembers(BASIC, challenge('Basic realm="x"'), registry({
        tag: (request, response) => response.writeHead(status, { location: `http://${other}${request.url}` }).end(),
      })));
    },
  })),
  ...['Basic realm="x"', 'Bearer'].map((kind): Case => ({
    name: `redirect to a host that asks for credentials (${kind.split(' ')[0]})`,
    expected: 'error',
    login: 'password',
    start: async stage => {
      const tokens = await stage.serveStranger((_, response) => response.end('{"token":"x"}'));
      const thief = await stage.serveStranger(challenge(kind === 'Bearer' ? bearer(`http://${tokens}/token`) : kind));
      return stage.serve((request, response) => response.writeHead(307, { location: `http://${thief}${request.url}` }).end());
    },
  })),
  simple('redirect without end', 'error', { tag: (request, response) => response.writeHead(307, { location: `${request.url}` }).end() }),

  { name: 'Basic', expected: right, login: 'password', start: wants('Basic realm="x"') },
  { name: 'Basic, no credentials', expected: 'error', start: wants('Basic realm="x"') },
  { name: 'challenge in odd case, without quotes', expected: right, login: 'password', start: wants('bAsIc REALM=x') },
  { name: 'Negotiate and Basic, in two headers', expected: right, login: 'password', start: wants('Negotiate', 'Basic realm="x"') },
  { name: 'Negotiate and Basic, in one header', expected: right, login: 'password', start: wants('Negotiate, Basic realm="x"') },
  ...[403, 404, 401].map((status): Case => ({
    name: `${status} for strangers, the challenge is at /v2/`,
    expected: right,
    login: 'password',
    start: async stage => stage.serve(
      forMembers(BASIC, registry({ tag: refuse(status), rest: challenge('Basic realm="x"') }))),
  })),
  {
    name: 'token of another host',
    expected: right,
    login: 'password',
    start: async stage => stage.serve(forMembers(`Bearer ${TOKEN}`, challenge(bearer(await tokenServer(stage))))),
  },
  {
    name: 'token for everybody',
    expected: right,
    start: async stage => {
      const tokens = await stage.serve((_, response) => response.end(JSON.stringify({ access_token: TOKEN })));
      return stage.serve(forMembers(`Bearer ${TOKEN}`, challenge(bearer(`http://${otherName(tokens)}/token`))));
    },
  },
  {
    name: 'token by an identity token',
    expected: right,
    login: 'identity token',
    start: async stage => stage.serve(forMembers(`Bearer ${TOKEN}`, challenge(bearer(await tokenServer(stage, 'POST'))))),
  },
  {
    name: 'identity token, the token server knows none',
    expected: right,
    login: 'identity token',
    start: async stage => {
      const tokens = await stage.serve((request, response) => response.writeHead(request.method === 'GET' ? 200 : 404).end(JSON.stringify({ token: TOKEN })));
      return stage.serve(forMembers(`Bearer ${TOKEN}`, challenge(bearer(`http://${otherName(tokens)}/token`))));
    },
  },
  {
    name: 'Basic and Bearer offered',
    expected: right,
    login: 'password',
    start: async stage => {
      const strangers = challenge('Basic realm="x"', bearer(await tokenServer(stage)));
      return stage.serve(forMembers(BASIC, forMembers(`Bearer ${TOKEN}`, strangers)));
    },
  },
  {
    name: 'another scope is wanted, told when the first token is refused',
    expected: right,
    login: 'password',
    start: async stage => {
      const realm = await tokenServer(stage, 'GET', 'repository:mirror/api:pull');
      return stage.serve(forMembers(`Bearer ${TOKEN}`, (request, response) => challenge(bearer(realm,
        request.headers.authorization ? ',error="insufficient_scope",scope="repository:mirror/api:pull"' : ''))(request, response)));
    },
  },
  {
    name: 'token server in plain text elsewhere',
    expected: 'error',
    login: 'password',
    start: async stage => stage.serve(challenge(bearer('http://192.0.2.1/token'))),
  },
  {
    name: 'token server is not there (404)',
    expected: 'error',
    login: 'password',
    start: async stage => stage.serve(challenge(bearer(`http://${otherName(await stage.serve(refuse(404)))}/token`))),
  },

  { name: 'TLS on this machine', expected: right, start: async stage => stage.serve(registry(), { tls: true }) },
  {
    name: 'TLS on this machine, signed in',
    expected: right,
    login: 'password',
    start: async stage => stage.serve(forMembers(BASIC, challenge('Basic realm="x"')), { tls: true }),
  },
];
