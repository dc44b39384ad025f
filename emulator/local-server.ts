import { once } from 'node:events';
import { Server } from 'node:http';
import { AddressInfo } from 'node:net';

export interface LocalServer {
  readonly url: string;
  /** Cuts the connections that are open. */
  stop(): Promise<void>;
}

/**
 * Lets a server listen on a free port of this machine.
 */
export async function listen(server: Server, address = '127.0.0.1'): Promise<LocalServer> {
  // By default it closes connections that were idle for 5 seconds, which a busy client may be about to use.
  server.keepAliveTimeout = 0;
  server.listen(0, address);
  await once(server, 'listening');
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
