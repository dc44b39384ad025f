import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';

const START_TIMEOUT_MS = 20_000;

export interface RegistryProcess {
  /** As image references name it. */
  readonly host: string;
  stop(): Promise<void>;
}

/**
 * Starts a registry that says on standard error where it listens.
 */
export async function startRegistryProcess(program: string, args: string[] = []): Promise<RegistryProcess> {
  const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = async () => end(server);
  try {
    return { host: await announcedHost(server, basename(program)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function announcedHost(server: ChildProcess, name: string): Promise<string> {
  const lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (problem: string) => reject(new Error([`${name} ${problem}`, ...lines].join('\n')));
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
