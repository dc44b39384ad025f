import { createSign, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Certificate } from './certificate';
import { listen } from '../../emulator/local-server';

export const SERVICE = 'test registry';
export const ISSUER = 'test issuer';

/** A request for a token, as it came. */
export interface TokenRequest {
  readonly method: string;
  readonly parameters: Record<string, string>;
  readonly authorization?: string;
}

export interface TokenServer {
  readonly realm: string;
  readonly requests: TokenRequest[];
  readonly tokens: string[];
  /** Who may pull what is not in the repository `public`, by `Authorization` header or identity token. */
  readonly allowed: Set<string>;
  /** What the member of the answer is called, and how long tokens live. */
  member: 'token' | 'access_token';
  lifeInSeconds: number;
  /** A token for all that a scope says. */
  sign(scope: string): string;
  stop(): Promise<void>;
}

/** Gives out tokens that Docker's registry trusts, as its token specification has it. */
export async function startTokenServer({ certificate, key }: Certificate): Promise<TokenServer> {
  const requests: TokenRequest[] = [];
  const tokens: string[] = [];
  const allowed = new Set<string>();

  const server = await listen(createServer(async (request, response) => {
    const { searchParams } = new URL(request.url!, 'http://server');
    const parameters = Object.fromEntries([...searchParams, ...new URLSearchParams(await text(request))]);
    const { authorization } = request.headers;
    requests.push({ method: request.method!, parameters, authorization });
    const isPublic = parameters.scope.startsWith('repository:public:');
    if (!isPublic && !allowed.has(authorization ?? parameters.refresh_token)) {
      response.writeHead(401).end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: `no access with ${authorization}` }] }));
      return;
    }
    response.end(JSON.stringify({ [self.member]: self.sign(parameters.scope) }));
  }));

  const self: TokenServer = {
    realm: `${server.url}/token`,
    requests,
    tokens,
    allowed,
    member: 'token',
    lifeInSeconds: 60,
    sign: scope => {
      const [type, name, actions] = scope.split(':');
      const now = Math.floor(Date.now() / 1_000);
      const header = { typ: 'JWT', alg: 'RS256', x5c: [certificate.replace(/-----[^-]+-----|\s/g, '')] };
      const claims = {
        iss: ISSUER,
        aud: SERVICE,
        sub: '',
        jti: randomUUID(),
        iat: now,
        nbf: now - 600,
        exp: now + self.lifeInSeconds,
        access: [{ type, name, actions: actions.split(',') }],
      };
      const content = [header, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      const token = `${content}.${createSign('RSA-SHA256').update(content).sign(key).toString('base64url')}`;
      tokens.push(token);
      return token;
    },
    stop: server.stop,
  };
  return self;
}
