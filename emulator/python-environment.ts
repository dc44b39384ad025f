import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ProcessOptions, runProcess } from './run-process';

const run = promisify(execFile);

const CACHE = join(__dirname, '..', '.cache');
const MINIMUM_PYTHON = [3, 11];
const INSTALL_TIMEOUT_MS = 10 * 60 * 1000;
const LINE_LENGTH = 300; // pip lists every version there is

export interface PythonEnvironment {
  readonly name: string;
  /** Path of a file with the packages and their versions. */
  readonly requirements: string;
  /** What the packages are, for people. */
  readonly contents: string;
  readonly neededFor: string;
}

export const EMULATOR: PythonEnvironment = {
  name: 'emulator',
  requirements: join(__dirname, 'requirements.txt'),
  contents: 'moto and MiniStack',
  neededFor: 'the emulators',
};

/**
 * The Python executable of an environment that holds the requirements; built where there is none yet.
 *
 * @param signal ends the building
 */
export async function ensurePythonEnvironment(
  onProgress: (line: string) => void, wanted: PythonEnvironment = EMULATOR, signal?: AbortSignal,
): Promise<string> {
  const environment = environments.get(wanted.name) ?? findOrBuild(onProgress, wanted, signal);
  environments.set(wanted.name, environment);
  return environment;
}

/** Several that start at once wait for one installation. */
const environments = new Map<string, Promise<string>>();

async function findOrBuild(onProgress: (line: string) => void, wanted: PythonEnvironment, signal?: AbortSignal): Promise<string> {
  const { name, requirements, contents } = wanted;
  const version = await pythonVersion(wanted);
  const hash = createHash('sha256').update(version).update(await readFile(requirements)).digest('hex').slice(0, 16);
  const environment = join(CACHE, `${name}-${hash}`);

  if (!existsSync(pythonOf(environment))) {
    onProgress(`${name}: installing ${contents} for Python ${version} into ${environment} (once, about a minute)`);
    await build(environment, wanted, signal);
    onProgress(`${name}: ${contents} installed`);
  }
  return pythonOf(environment);
}

function needed({ neededFor }: PythonEnvironment): string {
  return `python3 ${MINIMUM_PYTHON.join('.')} or newer with the venv module is needed for ${neededFor}`;
}

function pythonOf(environment: string): string {
  return join(environment, 'bin', 'python');
}

async function pythonVersion(wanted: PythonEnvironment): Promise<string> {
  let version: string;
  try {
    const script = 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2])';
    version = (await run('python3', ['-c', script])).stdout.trim();
  } catch (error) {
    const problem = isMissingCommand(error) ? 'python3 is not on the PATH' : `python3 says '${lastLines((error as Error).message, 1)}'`;
    throw new Error(`${needed(wanted)}: ${problem}; install it (on Debian and Ubuntu: apt-get install python3-venv)`);
  }
  const [major, minor] = version.split('.').map(Number);
  if (major < MINIMUM_PYTHON[0] || (major === MINIMUM_PYTHON[0] && minor < MINIMUM_PYTHON[1])) {
    throw new Error(`${needed(wanted)}: python3 is ${version}; put a newer python3 first on the PATH`);
  }
  return version;
}

/**
 * Builds aside and renames, so that an environment is either whole or absent, and two builders do not meet.
 */
async function build(environment: string, wanted: PythonEnvironment, signal?: AbortSignal): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const aside = await mkdtemp(`${environment}.`);
  // What pip leaves behind when it is ended goes with the folder.
  const options = { signal, timeout: INSTALL_TIMEOUT_MS, env: { ...process.env, TMPDIR: aside } };
  try {
    await step(`${needed(wanted)}: python3 -m venv failed`, 'python3', ['-m', 'venv', aside], options);
    await step(
      `pip could not install ${relative('', wanted.requirements)}; check the network and the PIP_* settings`,
      pythonOf(aside),
      ['-m', 'pip', 'install', '--quiet', '--no-input', '--no-compile', '--disable-pip-version-check', '-r', wanted.requirements],
      options,
    );
    await publish(aside, environment);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function publish(aside: string, environment: string): Promise<void> {
  try {
    await rename(aside, environment);
  } catch (error) {
    if (existsSync(pythonOf(environment))) return; // another process was first
    if (!['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await rm(environment, { recursive: true, force: true }); // its python3 has been uninstalled
    await rename(aside, environment);
  }
}

async function step(problem: string, command: string, args: string[], options: ProcessOptions): Promise<void> {
  const { code, output } = await runProcess(command, args, options);
  if (code !== 0) {
    throw new Error(`${problem}:\n${lastLines(output, 5)}`);
  }
}

function isMissingCommand(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function lastLines(output: string, count: number): string {
  return output.trim().split('\n').slice(-count).map((line) => line.slice(0, LINE_LENGTH)).join('\n');
}
