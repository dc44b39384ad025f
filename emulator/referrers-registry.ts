import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RegistryProcess, startRegistryProcess } from './registry-process';

const SOURCES = join(__dirname, 'referrers-registry');
const CACHE = join(__dirname, '..', '.cache');

/**
 * Starts a registry with the referrers API of OCI 1.1, which Docker's does not have, with its images in memory, on a free port of this
 * machine.
 *
 * Takes Go, which builds it once.
 */
export async function startReferrersRegistry(): Promise<RegistryProcess> {
  const contents = await Promise.all(['main.go', 'go.sum'].map(file => readFile(join(SOURCES, file))));
  const hash = createHash('sha256').update(Buffer.concat(contents)).digest('hex').slice(0, 16);
  const program = join(CACHE, `referrers-registry-${hash}`, 'referrers-registry');
  if (!existsSync(program)) {
    await mkdir(CACHE, { recursive: true });
    await promisify(execFile)('go', ['build', '-C', SOURCES, '-o', program, '.'], { env: { ...process.env, CGO_ENABLED: '0' } });
  }
  return startRegistryProcess(program);
}
