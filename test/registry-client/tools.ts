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
  const missing = programs.filter(program => pathOf(program) === undefined);
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

/** Where a program is; `undefined` when it is not installed. */
export function pathOf(program: string): string | undefined {
  return process.env.PATH!.split(delimiter).map(directory => join(directory, program)).find(path => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
