import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensurePythonEnvironment } from './python-environment';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
const STDERR_LINES = 20;

export interface PythonServerOptions {
  /** As people know it. */
  readonly name: string;
  /** The script in this folder that serves it: it prints its port, and ends when its standard input does. */
  readonly script: string;
  /** Answers with success when the server is ready. */
  readonly readyPath: string;
  /** All the environment it gets. */
  readonly env: NodeJS.ProcessEnv;

  /**
   * Told when the first start installs the emulators.
   *
   * @default - nothing is reported
   */
  readonly onProgress?: (line: string) => void;
}

export interface PythonServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts an emulator on a free port of this machine. It ends with `stop()` or with this process.
 */
export async function startPythonServer(options: PythonServerOptions): Promise<PythonServer> {
  const { name, script, readyPath, env, onProgress = () => {} } = options;
  const python = await ensurePythonEnvironment(onProgress);
  const folder = await mkdtemp(join(tmpdir(), 'emulator-'));
  const server = spawn(python, [join(__dirname, script)], { env: { ...env, TMPDIR: folder }, detached: true });
  const stop = async () => {
    await end(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const endpoint = `http://127.0.0.1:${await announcedPort(name, server)}`;
    await untilReady(endpoint + readyPath, name, server);
    return { endpoint, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function announcedPort(name: string, server: ChildProcess): Promise<string> {
  const stderr: string[] = [];
  createInterface(server.stderr!).on('line', (line) => {
    stderr.push(line);
    if (stderr.length > STDERR_LINES) stderr.shift();
  });

  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (problem: string) => reject(new Error([`${name} ${problem}`, ...stderr].join('\n')));
      timer = setTimeout(() => fail(`did not start within ${START_TIMEOUT_MS / 1000} seconds`), START_TIMEOUT_MS);
      createInterface(server.stdout!).once('line', resolve);
      server.once('error', (error) => fail(`cannot be run: ${error.message}`));
      server.once('close', (code, signal) => fail(`ended before it answered (${signal ?? `exit code ${code}`})`));
    });
  } finally {
    clearTimeout(timer);
  }
}

async function untilReady(url: string, name: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (server.exitCode === null && Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} did not answer ${url}`);
}

/** Asks the server to end, and then ends it with all that it has started. */
async function end(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'close');
  server.stdin!.end();
  const timer = setTimeout(() => process.kill(-server.pid!, 'SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
