import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

/** Compilers are silent for some minutes; nothing that works is silent for longer. */
const MOST_SILENCE_MS = 10 * 60 * 1000;
/** A log that stays on a machine of a workflow is of no use to anyone. */
const LAST_LINES = process.env.CI ? 400 : 25;

/** For those that are not set by the user: clients give up on a registry that does not answer within a minute or two. */
const PATIENCE = { PIP_RETRIES: '2', PIP_DEFAULT_TIMEOUT: '30', npm_config_fetch_retries: '1', npm_config_fetch_timeout: '60000' };

/** What clients say when their registry does not answer, or refuses. */
const REFUSALS: [RegExp, string][] = [
  [/^npm (ERR!|error) (Found: \S+@undefined$|(code|errno) (E(CONN\w+|NOTFOUND|TIMEDOUT|AI_AGAIN|NETUNREACH|HOSTUNREACH|403|5\d\d)|ERR_SOCKET_TIMEOUT))/m, 'the npm registry'],
  [/(NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|HTTPError: (403|5\d\d)|No matching distribution found)/, 'the Python package index'],
  [/Could not transfer (artifact|metadata) /, 'the Maven repository'],
  [/(dial tcp|i\/o timeout|reading https?:\/\/\S+: (403|5\d\d)|proxyconnect tcp)/, 'the Go module proxy'],
];

export interface LoggedCommand {
  readonly command: string;
  readonly args: string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly log: string;
}

export interface Outcome {
  readonly succeeded: boolean;
  readonly output: string;
}

/** Runs a command with its output in a file. */
export function runLogged({ command, args, cwd, env, log }: LoggedCommand): Promise<Outcome> {
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, '');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...PATIENCE, ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    child.stdout.setEncoding('utf8');
    child.stderr.setEncoding('utf8');
    const stop = () => process.kill(-child.pid!, 'SIGKILL');
    const interrupted = () => {
      stop();
      process.exit(130);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    let output = '';
    const tooSilent = () => {
      output += `\n'${command}' was silent for ${MOST_SILENCE_MS / 60_000} minutes and was stopped\n`;
      stop();
    };
    let watchdog = setTimeout(tooSilent, MOST_SILENCE_MS);
    const listen = (chunk: string) => {
      output += chunk;
      appendFileSync(log, chunk);
      clearTimeout(watchdog);
      watchdog = setTimeout(tooSilent, MOST_SILENCE_MS);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('close', status => {
      clearTimeout(watchdog);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      resolve({ succeeded: status === 0, output });
    });
  });
}

/** The same, and throws in a line or a few where the command fails. */
export async function mustSucceed(purpose: string, command: LoggedCommand): Promise<string> {
  const { succeeded, output } = await runLogged(command);
  if (!succeeded) {
    throw new Error(`${purpose} failed: ${reason(output)}; all of its output is in ${relative('', command.log)}`);
  }
  return output;
}

/** Why a command failed, by its output. */
function reason(output: string): string {
  const refusal = REFUSALS.find(([said]) => said.test(output));
  return refusal
    ? `${refusal[1]} could not be reached, or does not have what is needed`
    : `its last lines are\n${output.trimEnd().split('\n').slice(-LAST_LINES).join('\n')}\n`;
}
