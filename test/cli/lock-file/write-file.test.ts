import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../../../src/cli/lock-file/write-file';
import { TestProcess } from '../terminal';

const asRoot = process.getuid?.() === 0 ? test : test.skip;
const USER = 1234;
const GROUP = 5678;

/** As the code under test has it; an import here would be a copy. */
const fs: typeof import('node:fs') = jest.requireActual('fs');

let folder: string;
let file: string;
let clock: TestProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-file-'));
  file = join(folder, 'cdk.context.json');
  clock = new TestProcess(folder);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const write = async (text: string, target = file) => replaceFile(target, () => existsSync(target) && readFileSync(target, 'utf8') === text ? undefined : text, clock);

test('a new file is made, and nothing beside it', async () => {
  await write('new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['cdk.context.json']);
});

test('a file keeps its permissions', async () => {
  writeFileSync(file, 'old');
  chmodSync(file, 0o640);
  await write('new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o640); // eslint-disable-line no-bitwise
});

/** As somebody who is not root. */
async function asUser<T>(work: () => Promise<T>): Promise<T> {
  process.seteuid!(USER);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}

asRoot('a file keeps its owner', async () => {
  writeFileSync(file, 'old');
  chownSync(file, USER, GROUP);
  chmodSync(file, 0o2640);
  await write('new');
  expect(statSync(file)).toMatchObject({ uid: USER, gid: GROUP, mode: 0o102640 });
});

asRoot('whoever may write the folder, but give nothing away, replaces what belongs to others', async () => {
  writeFileSync(file, 'old');
  chownSync(folder, USER, GROUP);
  await asUser(async () => write('new'));
  expect([readFileSync(file, 'utf8'), statSync(file).uid, readdirSync(folder)]).toEqual(['new', USER, ['cdk.context.json']]);
});

asRoot('a folder that may not be written is an error, though not when nothing changes', async () => {
  writeFileSync(file, 'old');
  chmodSync(folder, 0o555);
  await asUser(async () => {
    await expect(write('new')).rejects.toThrow(/cdk\.context\.json cannot be written \(EACCES: .*\); check the permissions of file and folder/);
    await write('old');
  });
  expect(clock.slept).toBe(0);
});

test('a file is replaced, not written to', async () => {
  writeFileSync(file, 'old');
  const before = statSync(file).ino;
  await write('new');
  expect(statSync(file).ino).not.toBe(before);
});

test.each([['to a file', true], ['to nothing', false]])('a link %s stays one', async (_, exists) => {
  mkdirSync(join(folder, 'elsewhere'));
  const target = join(folder, 'elsewhere', 'shared.json');
  if (exists) {
    writeFileSync(target, 'old');
  }
  symlinkSync('elsewhere/shared.json', file);
  await write('new');
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8')).toBe('new');
  expect([readdirSync(folder), readdirSync(join(folder, 'elsewhere'))]).toEqual([['cdk.context.json', 'elsewhere'], ['shared.json']]);
});

test('a file that cannot be replaced stays, and nothing is left beside it', async () => {
  mkdirSync(file);
  writeFileSync(join(file, 'in the way'), '');
  await expect(replaceFile(file, () => 'new', clock)).rejects.toThrow(/cdk\.context\.json cannot be written \(E\w+: .*\); check the permissions/);
  expect(readdirSync(folder)).toEqual(['cdk.context.json']);
});

test('a folder that is not there is an error', async () => {
  await expect(write('new', join(folder, 'none', 'file'))).rejects.toThrow('cannot be written (ENOENT');
});

test('an error of who decides about the text is theirs, and the next one need not wait', async () => {
  let calls = 0;
  await expect(replaceFile(file, () => {
    if (++calls > 1) {
      throw new Error('a conflict');
    }
    return 'new';
  }, clock)).rejects.toThrow(/^a conflict$/);
  expect(readdirSync(folder)).toEqual([]);
});

describe('another process', () => {
  const OTHERS = '.cdk.context.json.lock';

  test('is waited for, and its text is not lost', async () => {
    mkdirSync(join(folder, OTHERS));
    writeFileSync(file, 'a');
    let pauses = 0;
    await replaceFile(file, () => `${readFileSync(file, 'utf8')}c`, {
      ...clock,
      sleep: async () => {
        if (++pauses === 3) {
          writeFileSync(file, 'ab');
          rmSync(join(folder, OTHERS), { recursive: true });
        }
      },
    });
    expect([readFileSync(file, 'utf8'), pauses]).toEqual(['abc', 3]);
  });

  test.each(['an empty folder', 'a folder with files', 'a file', 'a link to nothing'])('that was killed is waited for for seconds, when it left %s', async what => {
    const left = join(folder, OTHERS);
    if (what === 'a file') {
      writeFileSync(left, '');
    } else if (what === 'a link to nothing') {
      symlinkSync('nowhere', left);
    } else {
      mkdirSync(left);
    }
    if (what === 'a folder with files') {
      writeFileSync(join(left, 'half'), '');
    }
    await write('new');
    expect([clock.slept >= 5_000, clock.slept < 6_000, readdirSync(folder)]).toEqual([true, true, ['cdk.context.json']]);
  });

  test('that was killed before it had its turn leaves nothing for long', async () => {
    const [left, current] = ['old', 'new'].map(name => join(folder, `${OTHERS}-${name}`));
    [left, current].forEach(path => mkdirSync(path));
    utimesSync(left, new Date(), new Date(Date.now() - 6_000));
    await write('new');
    expect(readdirSync(folder)).toEqual([`${OTHERS}-new`, 'cdk.context.json']);
  });

  test('whose folder cannot be removed is named in the end, as far as it is known', async () => {
    mkdirSync(join(folder, OTHERS));
    jest.spyOn(fs, 'rmSync').mockImplementation(() => {
      throw new Error('not permitted');
    });
    await expect(write('new')).rejects.toThrow(`${file} is being written by another process; run this again when it has ended, or remove ${join(folder, OTHERS)}`);
    jest.restoreAllMocks();
    expect([clock.slept >= 10_000, clock.slept < 11_000, existsSync(file)]).toEqual([true, true, false]);
  });
});

describe('on Windows, a file that somebody reads', () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform')!;
  const locked = () => Object.assign(new Error('EPERM: operation not permitted, rename'), { code: 'EPERM' });

  beforeEach(() => {
    Object.defineProperty(process, 'platform', { value: 'win32' });
  });

  afterEach(() => {
    Object.defineProperty(process, 'platform', platform);
  });

  test('is replaced when they have read it', async () => {
    const { renameSync } = fs;
    let attempts = 0;
    jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (to === file && ++attempts === 1) {
        throw locked();
      }
      renameSync(from, to);
    });
    await write('new');
    expect([readFileSync(file, 'utf8'), readdirSync(folder), attempts]).toEqual(['new', ['cdk.context.json'], 2]);
  });

  test('cannot be replaced when they do not stop', async () => {
    jest.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw locked();
    });
    await expect(write('new')).rejects.toThrow('cannot be written (EPERM: operation not permitted, rename); check');
    expect([clock.slept >= 10_000, readdirSync(folder)]).toEqual([true, []]);
  });
});
