import { createServer, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { listen, LocalServer } from '../../emulator/local-server';
import { Certificate } from '../registry-client/certificate';

export interface ConnectProxy extends LocalServer {
  readonly host: string;
  /** Without it, anybody may connect. */
  credentials?: string;
  /** In place of a connection; 0 for no answer at all. */
  refusal?: number;
  /** Where it was to connect to, each once, since the last call. */
  taken(): string[];
}

/** A proxy for whatever is in a tunnel; behind each is the same server of this machine, whatever its name, so that names need not exist. */
export async function startConnectProxy(behind: string, certificate?: Certificate): Promise<ConnectProxy> {
  let requests: string[] = [];
  const tunnels = new Set<Duplex>();
  const server: Server = certificate ? createTlsServer({ cert: certificate.certificate, key: certificate.key }) : createServer();
  server.on('connect', (request, socket, head) => {
    requests.push(request.url!);
    tunnels.add(socket);
    const expected = proxy.credentials && `Basic ${Buffer.from(proxy.credentials).toString('base64')}`;
    const status = expected && request.headers['proxy-authorization'] !== expected ? 407 : proxy.refusal;
    socket.on('error', () => {});
    if (status === 0) {
      return;
    }
    if (status) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(behind);
    const there = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      there.write(head);
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('close', () => there.destroy());
  });
  const local = await listen(server);
  const taken = () => {
    const all = requests;
    requests = [];
    return [...new Set(all)];
  };
  const stop = async () => {
    tunnels.forEach(tunnel => tunnel.destroy());
    await local.stop();
  };
  const proxy: ConnectProxy = { ...local, stop, host: new URL(local.url).host, taken };
  return proxy;
}
