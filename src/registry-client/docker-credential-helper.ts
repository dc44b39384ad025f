import { execFile } from 'child_process';
import { RegistryCredentials } from './keychain';
import { ResolutionError } from './resolution-error';
import { ProgramCall, windowsProgram } from './windows-program';

const TIMEOUT_MS = 10_000;

/** It becomes a part of a program's name. */
const NAME = /^[\w.-]+$/;

/** What helpers print, and fail with, when they do not know a registry. */
const UNKNOWN = /credentials not found/i;

/**
 * Asks one of Docker's credential helpers for what it has for a server.
 *
 * A helper that is not installed has nothing. What it prints appears in no message: it may hold a secret.
 */
export async function askCredentialHelper(
  name: string, server: string, file: string, timeoutMs = TIMEOUT_MS,
): Promise<RegistryCredentials | undefined> {
  if (!NAME.test(name)) {
    throw new ResolutionError('unusable-credentials',
      `Docker's configuration ${file} is malformed: the name of a credential helper has letters, digits, dots, underscores and hyphens, not ${JSON.stringify(name)}`);
  }
  const command = `docker-credential-${name}`;
  const { error, output } = await run(command, server, timeoutMs);
  if (error?.code === 'ENOENT' || (error && UNKNOWN.test(output))) {
    return undefined;
  }
  const helper = `${command}, which ${file} names,`;
  if (error) {
    const problem = error.killed ? `no answer within ${timeoutMs / 1_000} seconds` : `exit code ${error.code}`;
    throw new ResolutionError('unusable-credentials', `${helper} has failed for ${server} (${problem})`);
  }
  const { Username: username, Secret: password } = parse(output);
  if (typeof username !== 'string' || typeof password !== 'string') {
    throw new ResolutionError('unusable-credentials', `${helper} answers for ${server} without Username and Secret`);
  }
  return password === '' ? undefined : { username, password };
}

interface Outcome {
  readonly error: { readonly code?: string | number | null; readonly killed?: boolean } | null;
  readonly output: string;
}

async function run(command: string, input: string, timeout: number): Promise<Outcome> {
  const call = programCall(command, ['get']);
  return call ? execute(call, input, timeout) : { error: { code: 'ENOENT' }, output: '' };
}

function programCall(file: string, args: string[]): ProgramCall | undefined {
  return process.platform === 'win32' ? windowsProgram(file, args, process.env) : { file, args, options: {} };
}

function execute({ file, args, options }: ProgramCall, input: string, timeout: number): Promise<Outcome> {
  return new Promise(resolve => {
    const limits = { env: process.env, timeout, killSignal: 'SIGKILL' as const };
    const child = execFile(file, args, { ...options, ...limits, encoding: 'utf8' }, (error, output) => resolve({ error, output }));
    // A helper may end without reading.
    child.stdin!.on('error', () => {});
    child.stdin!.end(input);
  });
}

function parse(output: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(output));
  } catch {
    return {};
  }
}
