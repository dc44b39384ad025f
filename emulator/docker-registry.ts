import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const START_TIMEOUT_MS = 20_000;

/** What has access, as Docker's registry is configured: a file with bcrypt hashes, or tokens of a server that it trusts. */
export type RegistryAccess =
  | { readonly htpasswd: { readonly realm: string; readonly path: string } }
  | { readonly token: { readonly realm: string; readonly service: string; readonly issuer: string; readonly rootcertbundle: string } };

export interface DockerRegistry {
  /** As image references name it. */
  readonly host: string;
  stop(): Promise<void>;
}

/**
 * Starts Docker's own registry, with its images in memory, on a free port of this machine. Debian's package is docker-registry.
 *
 * @param upstream the address of a registry of which it is a pull-through cache
 */
export async function startDockerRegistry(access?: RegistryAccess, upstream?: string): Promise<DockerRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'docker-registry-'));
  const config = join(directory, 'config.yml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify({
    version: '0.1',
    log: { formatter: 'json' },
    storage: { inmemory: {} },
    http: { addr: '127.0.0.1:0', secret: 'none' },
    auth: access,
    proxy: upstream && { remoteurl: upstream },
  }));
  const server = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = async () => {
    await end(server);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { host: await announcedHost(server), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function announcedHost(server: ChildProcess): Promise<string> {
  const lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (problem: string) => reject(new Error([`docker-registry ${problem}`, ...lines].join('\n')));
      timer = setTimeout(() => fail(`did not start within ${START_TIMEOUT_MS / 1000} seconds`), START_TIMEOUT_MS);
      createInterface(server.stderr!).on('line', (line) => {
        lines.push(line);
        const [, host] = /listening on ([0-9.]+:[0-9]+)/.exec(line) ?? [];
        if (host) resolve(host);
      });
      server.once('error', (error) => fail(`cannot be run: ${error.message}`));
      server.once('close', (code) => fail(`ended before it listened (exit code ${code})`));
    });
  } finally {
    clearTimeout(timer);
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'close');
  server.kill('SIGKILL');
  await ended;
}
