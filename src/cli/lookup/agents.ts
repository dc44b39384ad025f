import { Agent as HttpAgent, AgentOptions, ClientRequestArgs } from 'http';
import { Agent as HttpsAgent } from 'https';
import { isIPv6 } from 'net';
import type { Duplex } from 'stream';
import type { SecureContext } from 'tls';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import { Proxy } from './proxies';
import { ProxyError } from '../../registry-client/proxy-error';
import { isTlsFailure } from '../../registry-client/transport-failures';

/** What makes the connections for requests, by their protocol. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** Throws where the address of the proxy cannot be read. */
export type ProxyFor = (url: URL) => Proxy | undefined;

type Created = (error: Error | null, socket: Duplex) => void;
type CreateConnection = (options: ClientRequestArgs, created?: Created) => Duplex | null | undefined;

/** As Node.js' own agents have it. */
const OPTIONS: AgentOptions = { keepAlive: true, scheduling: 'lifo', timeout: 5_000 };
/** Less than any request is given, so that it is the proxy that is to blame. */
const TUNNEL_TIMEOUT_MS = 5_000;

/** @param secureContext with the certificates that are trusted */
export function createAgents(proxyFor: ProxyFor, secureContext: SecureContext | undefined): Agents {
  // Agents hand all of their options on to their connections.
  const options: object = { ...OPTIONS, ...(secureContext && { secureContext }) };
  return { http: new ProxiedHttpAgent(proxyFor, options), https: new ProxiedHttpsAgent(proxyFor, options) };
}

class ProxiedHttpAgent extends HttpAgent {
  constructor(private readonly proxyFor: ProxyFor, private readonly own: object) {
    super(own);
  }

  public override createConnection(options: ClientRequestArgs, created: Created): Duplex | null | undefined {
    return connect('http:', this.proxyFor, options, created, (...args) => super.createConnection(...args),
      proxy => new HttpProxyAgent({ ...this.own, proxy, proxyRequestOptions: this.own }));
  }
}

class ProxiedHttpsAgent extends HttpsAgent {
  constructor(private readonly proxyFor: ProxyFor, private readonly own: object) {
    super(own);
  }

  public override createConnection(options: ClientRequestArgs, created: Created): Duplex | null | undefined {
    return connect('https:', this.proxyFor, options, created, (...args) => super.createConnection(...args),
      proxy => new HttpsProxyAgent({ ...this.own, proxy, proxyRequestOptions: this.own }));
  }
}

function connect(
  protocol: string, proxyFor: ProxyFor, options: ClientRequestArgs, created: Created, direct: CreateConnection, through: (proxy: URL) => HttpAgent,
): Duplex | null | undefined {
  const fail = (error: Error) => created(error, undefined as unknown as Duplex);
  const { port } = options;
  const host = options.host ?? '';
  let proxy: Proxy | undefined;
  try {
    proxy = proxyFor(new URL(`${protocol}//${isIPv6(host) ? `[${host}]` : host}:${port}`));
  } catch (error) {
    fail(error as Error);
    return undefined;
  }
  if (!proxy) {
    return direct(options, created);
  }
  const { url, source } = proxy;
  return through(url).createConnection({ ...options, timeout: TUNNEL_TIMEOUT_MS }, (error, socket) =>
    error ? fail(new ProxyError(`the proxy ${url.host}, which ${source} names, ${problemOf(error)}`)) : created(null, socket));
}

function problemOf({ message, code }: NodeJS.ErrnoException): string {
  const [, status] = /^Bad response: (\d+)$/.exec(message) ?? [];
  if (status) {
    return status === '407' ? 'wants a name and a password that it knows (HTTP 407)' : `refuses to connect (HTTP ${status})`;
  }
  if (isTlsFailure(code)) {
    return `has no TLS connection that can be trusted (${code})`;
  }
  return code ? `cannot be reached (${code})` : `did not answer within ${TUNNEL_TIMEOUT_MS / 1_000} seconds`;
}
