import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensurePythonEnvironment } from './python-environment';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
const STDERR_LINES = 20;

/**
 * The account every emulated resource is in.
 */
export const EMULATOR_ACCOUNT = '123456789012';

export interface MotoServerOptions {
  /**
   * Told when the first start installs moto.
   *
   * @default - nothing is reported
   */
  readonly onProgress?: (line: string) => void;
}

export interface MotoServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts moto, an independent ECR and CloudFormation, on a free port of this machine. It ends with `stop()` or with this process.
 */
export async function startMotoServer(options: MotoServerOptions = {}): Promise<MotoServer> {
  const python = await ensurePythonEnvironment(options.onProgress ?? (() => {}));
  const server = spawn(python, [join(__dirname, 'serve.py')], {
    env: { ...process.env, MOTO_ACCOUNT_ID: EMULATOR_ACCOUNT },
  });
  try {
    const endpoint = `http://127.0.0.1:${await announcedPort(server)}`;
    await fetch(`${endpoint}/moto-api/data.json`, { signal: AbortSignal.timeout(START_TIMEOUT_MS) });
    return { endpoint, stop: () => stop(server) };
  } catch (error) {
    await stop(server);
    throw error;
  }
}

async function announcedPort(server: ChildProcess): Promise<string> {
  const stderr: string[] = [];
  createInterface(server.stderr!).on('line', (line) => {
    stderr.push(line);
    if (stderr.length > STDERR_LINES) stderr.shift();
  });

  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (problem: string) => reject(new Error([`the moto server ${problem}`, ...stderr].join('\n')));
      timer = setTimeout(() => fail(`did not start within ${START_TIMEOUT_MS / 1000} seconds`), START_TIMEOUT_MS);
      createInterface(server.stdout!).once('line', resolve);
      server.once('error', (error) => fail(`cannot be run: ${error.message}`));
      server.once('close', (code, signal) => fail(`ended before it answered (${signal ?? `exit code ${code}`})`));
    });
  } finally {
    clearTimeout(timer);
  }
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'close');
  server.kill('SIGTERM');
  const timer = setTimeout(() => server.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
