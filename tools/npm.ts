import { spawnSync } from 'node:child_process';

/** Long enough for a download, and short enough to be told of a network that answers nothing. */
const PATIENCE = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=30000'];

const UNREACHABLE = /^(ECONN\w+|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|E(NET|HOST)UNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|E5\d\d)$/;

/** The registry answers that it has no such package, or no such version of it. */
export class NotPublishedError extends Error {}

/** Runs npm, which may ask the registry, and returns what it says. */
export function npm(args: string[], folder: string): any {
  const { status, stdout, stderr, error } = spawnSync('npm', [...args, '--json', '--loglevel=error', ...PATIENCE], { cwd: folder, encoding: 'utf8', timeout: 180_000 });
  if (error) {
    throw new Error(`npm ${args[0]} did not finish: ${error.message}`);
  }
  if (status !== 0) {
    const code = /^npm (?:ERR!|error) code (\S+)$/m.exec(stderr)?.[1] ?? 'for an unknown reason';
    const what = `(${code}): npm ${args.filter(arg => !arg.startsWith('--')).join(' ')}`;
    if (['E404', 'ETARGET'].includes(code)) {
      throw new NotPublishedError(`the npm registry does not have it ${what}`);
    }
    throw new Error(`${UNREACHABLE.test(code) ? 'the npm registry could not be reached' : 'npm failed'} ${what}`);
  }
  return JSON.parse(stdout);
}
