import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, symlinkSync, utimesSync } from 'node:fs';
import { runProcess } from '../../../emulator/run-process';
import { ociRequest } from '../assembly-folder';
import { OciStandIn, startOciStandIn } from '../oci-stand-in';
import { Run, UserFolder } from '../user-folder';

jest.setTimeout(60_000);

const ROUNDS = 20;
const TAGS = ['v1', 'v2', 'v3', 'v4', 'v5'];
const [ONE, OTHER] = TAGS;
const OLD = digest('0');
const FINE = { code: 0, stderr: '' };

let registry: OciStandIn;
let user: UserFolder;

beforeAll(async () => {
  registry = await startOciStandIn();
  TAGS.forEach((tag, index) => registry.images.set(`team/api:${tag}`, digest(String(index + 1))));
  user = new UserFolder();
});

afterAll(async () => {
  user.remove();
  await registry.stop();
});

function digest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

function keyOf(tag: string): string {
  return ociRequest(registry.host, 'team/api', tag).key;
}

/** An app whose lock has an old digest for each tag. */
class App {
  private static count = 0;
  private readonly folder = `app-${++App.count}`;

  constructor() {
    user.write(`${this.folder}/cdk.json`, '{}');
    this.reset();
  }

  public reset(): void {
    this.lock = JSON.stringify(Object.fromEntries(TAGS.map(tag => [keyOf(tag), { digest: OLD }])), undefined, 2);
  }

  public get lock(): string {
    return user.read(`${this.folder}/cdk.context.json`);
  }

  public set lock(text: string) {
    user.write(`${this.folder}/cdk.context.json`, text);
  }

  /** The tags whose entries are up to date. */
  public get updated(): string[] {
    const entries = JSON.parse(this.lock);
    return TAGS.filter(tag => entries[keyOf(tag)].digest === registry.images.get(`team/api:${tag}`));
  }

  public get names(): string[] {
    return readdirSync(this.file('.')).sort();
  }

  public file(name: string): string {
    return user.file(`${this.folder}/${name}`);
  }

  /** Runs the command for one tag, in a process that runs some code first. */
  public async update(tag: string, preload = '', folder = '.'): Promise<Run> {
    const script = `${this.folder}-${tag}.js`;
    user.write(script, preload);
    return user.imageLock(`${this.folder}/${folder}`, ['update', keyOf(tag)], { NODE_OPTIONS: `--require=${user.file(script)}`, NODE_NO_WARNINGS: '1' });
  }
}

/** Does something when a process first calls a function of Node.js' for files. */
function atFirst(call: string, code: string): string {
  return `const fs = require('fs'); const { ${call} } = fs; fs.${call} = (...args) => { fs.${call} = ${call}; ${code}; return ${call}(...args); };`;
}

function sleep(milliseconds: number): string {
  return `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${milliseconds})`;
}

const DIE = `process.kill(process.pid, 'SIGKILL'); ${sleep(60_000)}`;
const FILES = ['cdk.context.json', 'cdk.json'];

test(`${TAGS.length} processes at once lose no entry, in ${ROUNDS} rounds`, async () => {
  const app = new App();
  for (let round = 1; round <= ROUNDS; round++) {
    app.reset();
    expect(await Promise.all(TAGS.map(async tag => app.update(tag)))).toMatchObject(TAGS.map(() => FINE));
    expect([round, app.updated]).toEqual([round, TAGS]);
  }
  expect(app.names).toEqual(FILES);
});

test('neither do those of containers, which all have the same process id', async () => {
  const app = new App();
  const runs = await Promise.all(TAGS.map(async tag => app.update(tag, "Object.defineProperty(process, 'pid', { value: 7 });")));
  expect(runs).toMatchObject(TAGS.map(() => FINE));
  expect(app.updated).toEqual(TAGS);
});

test('the last one of two for the same entry wins', async () => {
  const app = new App();
  const runs = await Promise.all([app.update(ONE), app.update(ONE)]);
  expect(runs).toMatchObject([FINE, FINE]);
  expect(app.updated).toEqual([ONE]);
});

test('processes that know the file by different names wait for each other as well', async () => {
  const app = new App();
  const folders = ['a', 'b'];
  for (const folder of folders) {
    mkdirSync(app.file(folder));
    symlinkSync('../cdk.context.json', app.file(`${folder}/cdk.context.json`));
  }
  expect(await Promise.all([app.update(ONE, '', 'a'), app.update(OTHER, '', 'b')])).toMatchObject([FINE, FINE]);
  expect(app.updated).toEqual([ONE, OTHER]);
  expect(folders.map(folder => lstatSync(app.file(`${folder}/cdk.context.json`)).isSymbolicLink())).toEqual([true, true]);
  expect(folders.map(folder => readdirSync(app.file(folder)))).toEqual([['cdk.context.json'], ['cdk.context.json']]);
});

test.concurrent('one that is killed before, while or after it writes holds up the next one for seconds, and leaves nothing that Git sees', async () => {
  await Promise.all(['writeFileSync', 'fsyncSync', 'renameSync'].map(async call => {
    const app = new App();
    expect(await app.update(ONE, atFirst(call, DIE))).toMatchObject({ code: null });
    expect(app.updated).toEqual([]);
    expect(app.names).toEqual([expect.stringMatching(/^\.cdk\.context\.json\.lock/), ...FILES]);
    const git = (...args: string[]) => execFileSync('git', args, { cwd: app.file('.'), encoding: 'utf8' });
    git('init', '--quiet');
    expect(git('status', '--porcelain', '--untracked-files=all')).toBe(FILES.map(name => `?? ${name}\n`).join(''));

    await new Promise(resolve => setTimeout(resolve, 5_000));
    expect(await app.update(OTHER)).toMatchObject(FINE);
    expect(app.updated).toEqual([OTHER]);
    expect(app.names).toEqual(['.git', ...FILES]);
  }));
});

test.concurrent('one that was suspended for longer writes its entry all the same, and takes none back', async () => {
  const app = new App();
  const suspended = app.update(ONE, atFirst('renameSync', sleep(12_000)));
  await new Promise(resolve => setTimeout(resolve, 1_500));
  expect(await app.update(OTHER)).toMatchObject(FINE);
  expect(app.updated).toEqual([OTHER]);
  expect(await suspended).toMatchObject(FINE);
  expect(app.updated).toEqual([ONE, OTHER]);
  expect(app.names).toEqual(FILES);
});

test.concurrent('one that was suspended before it said whose turn it is does not write in that of another', async () => {
  const app = new App();
  const until = (name: string) => `while (!fs.existsSync('${name}')) ${sleep(10)};`;
  const suspended = app.update(ONE, `const fs = require('fs'); const { mkdirSync, renameSync } = fs; let first = true;
    fs.mkdirSync = (...args) => { const made = mkdirSync(...args); if (first) { first = false; ${until('other')} } return made; };
    fs.renameSync = (...args) => { ${sleep(600)}; return renameSync(...args); };`);
  await new Promise(resolve => setTimeout(resolve, 1_000));
  const other = app.update(OTHER, `const fs = require('fs'); const { renameSync } = fs;
    fs.renameSync = (from, to) => { const own = to.endsWith('.json'); if (own) { fs.writeFileSync('other', ''); ${sleep(300)}; }
      renameSync(from, to); if (own) { ${sleep(600)}; } };`);
  expect(await Promise.all([suspended, other])).toMatchObject([FINE, FINE]);
  expect(app.updated).toEqual([ONE, OTHER]);
});

test('what the CDK CLI writes at that moment stays', async () => {
  const app = new App();
  const other = "fs.writeFileSync('cdk.context.json', fs.readFileSync('cdk.context.json', 'utf8').replace('{', '{\\n  \"vpc-provider:x\": {},'))";
  expect(await app.update(ONE, atFirst('fsyncSync', other))).toMatchObject(FINE);
  expect(app.updated).toEqual([ONE]);
  expect(app.lock).toContain('"vpc-provider:x": {}');
});

test('what another one has dropped meanwhile is there again', async () => {
  const app = new App();
  expect(await app.update(ONE, atFirst('mkdirSync', "fs.writeFileSync('cdk.context.json', '{}')"))).toMatchObject(FINE);
  expect(Object.keys(JSON.parse(app.lock))).toEqual([keyOf(ONE)]);
});

test.concurrent('who has the file for too long is named, with what to do', async () => {
  const app = new App();
  const mutex = app.file('.cdk.context.json.lock');
  const holder = 'process 4711 on build-7, since 2026-01-31T00:00:00.000Z';
  mkdirSync(mutex);
  user.write(`${mutex.slice(user.path.length)}/.gitignore`, `# ${holder}\n*\n`);
  // As if others took turns.
  const others = setInterval(() => utimesSync(mutex, new Date(), new Date()), 500);
  const run = await app.update(ONE);
  clearInterval(others);
  expect(run).toEqual({
    code: 1,
    stdout: '',
    stderr: `cdk-image-lock: ${app.file('cdk.context.json')} is being written by ${holder}; run this again when it has ended, or remove ${mutex} `
      + 'when it has not tidied up\n',
  });
  expect(app.updated).toEqual([]);
});

test('a process with nothing to write waits for nobody', async () => {
  const app = new App();
  await app.update(ONE);
  mkdirSync(app.file('.cdk.context.json.lock'));
  expect(await app.update(ONE)).toMatchObject({ ...FINE, stdout: '0 of 1 pin changed\n' });
});

test('a full disk leaves the file as it is', async () => {
  const app = new App();
  const before = `{"${keyOf(ONE)}":{"digest":"${OLD}"},"x":"${'x'.repeat(100_000)}"}`;
  app.lock = before;
  // What a process that comes to this limit gets is what it gets when the disk is full.
  const imageLock = user.file('node_modules/cdk-secure-repository/bin/cdk-image-lock');
  const run = await runProcess('sh', ['-c', 'ulimit -f 100; exec "$0" "$1" update', process.execPath, imageLock], { cwd: app.file('.') });
  expect(run).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be written \(EFBIG: .*\); check .* space left\n$/) });
  expect([app.lock === before, app.names]).toEqual([true, FILES]);
});
