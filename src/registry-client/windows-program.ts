import { ExecFileOptions } from 'child_process';
import { statSync } from 'fs';
import { win32 } from 'path';

/** A program with its arguments, as `execFile` takes them. */
export interface ProgramCall {
  readonly file: string;
  readonly args: string[];
  readonly options: ExecFileOptions & { readonly windowsVerbatimArguments?: boolean };
}

const EXECUTABLES = ['.com', '.exe'];
const SCRIPTS = ['.bat', '.cmd'];
const STARTED = [...EXECUTABLES, ...SCRIPTS];

/**
 * Finds a program on Windows as its shell does, and the way to start it: Node.js starts executables only, and scripts not at all. `undefined` when
 * there is none.
 *
 * Unlike with the shell, and with Node.js, the working directory has no programs: who wrote what is there is not who runs it.
 *
 * @param args that need no escaping
 */
export function windowsProgram(name: string, args: string[], env: NodeJS.ProcessEnv, isFile = exists): ProgramCall | undefined {
  const known = (env.PATHEXT || STARTED.join(';')).toLowerCase().split(';').filter(extension => STARTED.includes(extension));
  const extensions = [...known.filter(extension => name.toLowerCase().endsWith(extension)).map(() => ''), ...known];
  const folders = (env.PATH ?? '').split(';').map(folder => folder.replaceAll('"', '')).filter(folder => win32.isAbsolute(folder));
  const file = folders.flatMap(folder => extensions.map(extension => win32.join(folder, name + extension))).find(isFile);
  if (file === undefined || !SCRIPTS.includes(win32.extname(file).toLowerCase())) {
    return file === undefined ? undefined : { file, args, options: { windowsHide: true } };
  }
  // The only character that means something within quotes; there is no way to write it.
  if (file.includes('%')) {
    return undefined;
  }
  const line = [`"${file}"`, ...args].join(' ');
  return {
    file: env.ComSpec || win32.join(env.SystemRoot ?? 'C:\\Windows', 'System32', 'cmd.exe'),
    args: ['/d', '/v:off', '/s', '/c', `"${line}"`],
    options: { windowsHide: true, windowsVerbatimArguments: true },
  };
}

function exists(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
