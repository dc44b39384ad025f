import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './pages';

/**
 * Installs a program once, as `go install` does.
 *
 * @param module what the guides install: the path of a package, with a version
 * @returns where the program is
 */
export async function ensureGoTool(module: string): Promise<string> {
  const [name, version] = module.split('/').at(-1)!.split('@v');
  const folder = join(ROOT, '.cache', `${name}-${version}`);
  const program = join(folder, name);
  if (!existsSync(program)) {
    console.log(`installing ${name} ${version} into ${folder} (once, up to a minute)`);
    await mkdir(folder, { recursive: true });
    await promisify(execFile)('go', ['install', module], { env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' } });
  }
  return program;
}
