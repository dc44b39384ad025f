import { chmodSync, closeSync, fsyncSync, openSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'fs';
import { basename, dirname, join, resolve } from 'path';

/** Replaces a file at once: whoever reads it gets the old text or the new one. Links and permissions stay. */
export function writeFileAtomically(file: string, text: string): void {
  const target = targetOf(file);
  const mode = statSync(target, { throwIfNoEntry: false })?.mode;
  const aside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const descriptor = openSync(aside, 'wx');
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (mode !== undefined) {
      chmodSync(aside, mode);
    }
    renameSync(aside, target);
  } catch (error) {
    rmSync(aside, { force: true });
    throw new Error(`${file} cannot be written (${(error as Error).message}); check the permissions of file and folder`);
  }
}

function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    try {
      return resolve(dirname(file), readlinkSync(file));
    } catch {
      return file;
    }
  }
}
