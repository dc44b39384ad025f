import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);

/**
 * Tests that need programs, named as Debian names their packages.
 *
 * Without them the tests are skipped, but fail where CI=true.
 */
export function describeWith(programs: string[], name: string, tests: () => void): void {
  const missing = programs.filter(program => !isInstalled(program));
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  const needed = `${name}: needs ${missing.join(', ')}; install with: apt-get install -y ${missing.join(' ')}`;
  if (process.env.CI === 'true') {
    test(needed, () => {
      throw new Error(needed);
    });
  } else {
    test.skip(needed, () => {});
  }
}

function isInstalled(program: string): boolean {
  return process.env.PATH!.split(delimiter).some(directory => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
