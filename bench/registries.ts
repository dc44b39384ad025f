import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDistantServer } from './distant-server';
import { medianTimes, ratio, runProcess } from './measure';
import { isAtHand, Tool, TOOLS, toolsAtHand } from './registry-tools';
import { Section, Table } from './table';
import { startDockerRegistry } from '../emulator/docker-registry';
import { singleManifest } from '../emulator/images';
import { pushToRegistry } from '../emulator/push-to-registry';
import { ociRequest } from '../test/cli/assembly-folder';
import { UserFolder } from '../test/cli/user-folder';

const RUNS = 11;
const PINS = 50;
const REPOSITORY = 'team/api';
const COMMAND = 'node_modules/cdk-secure-repository/bin/cdk-image-lock';

/** Of a request to the registry, in milliseconds. */
const LATENCIES = [0, 50];

const NODE = '`node -e 0`';
const ONE_PIN = 'cdk-image-lock update, 1 pin';
const MANY_PINS = `cdk-image-lock update, ${PINS} pins`;

/** What a digest from another registry costs, with us and with other clients. */
export const registries: Section = { name: 'registries', run: measureRegistries };

async function measureRegistries(): Promise<Table[]> {
  if (!await isAtHand('docker-registry')) {
    return [{ title: 'Registries', columns: [], rows: [], notes: ['All of it is left out: `docker-registry` is not installed; on Debian: apt-get install -y docker-registry'] }];
  }
  const { tools, missing } = await toolsAtHand();
  const registry = await startDockerRegistry();
  const user = new UserFolder();
  try {
    for (let pin = 0; pin < PINS; pin++) {
      await pushToRegistry(registry.host, REPOSITORY, singleManifest(`image ${pin}`), `v${pin}`);
    }
    const tables: Table[] = [];
    for (const latency of LATENCIES) {
      const distant = await startDistantServer(`http://${registry.host}`, latency);
      tables.push(await measureAt(new URL(distant.url).host, latency, user, tools, distant.taken));
      await distant.stop();
    }
    const leftOut = missing.map(({ name }) => `\`${name}\` is left out: it is not installed, and cannot be with Go.`);
    return tables.map(table => ({ ...table, notes: [...table.notes ?? [], ...leftOut] }));
  } finally {
    user.remove();
    await registry.stop();
  }
}

async function measureAt(host: string, latency: number, user: UserFolder, tools: Tool[], taken: () => string[]): Promise<Table> {
  const variants: Record<string, () => Promise<unknown>> = {
    [NODE]: () => runProcess(process.execPath, ['-e', '0']),
    [ONE_PIN]: writeLock(user, host, 1),
    [MANY_PINS]: writeLock(user, host, PINS),
    ...Object.fromEntries(tools.map(({ name, program, args }) => [name, () => runProcess(program, args(host, `${host}/${REPOSITORY}:v0`))])),
  };
  const times = await medianTimes(RUNS, variants);
  const requests: Record<string, number> = {};
  for (const [name, run] of Object.entries(variants)) {
    taken();
    await run();
    requests[name] = taken().length;
  }
  const pinsOf = (name: string) => name === MANY_PINS ? PINS : 1;
  const one = times[ONE_PIN];
  const each = times[MANY_PINS] / PINS;
  return {
    title: `Registries: the digest of a tag, with the registry ${latency} ms away`,
    columns: ['command', 'process (ms)', 'ours, 1 pin, to it', 'a pin (ms)', `ours, ${PINS} pins, to it`, 'requests a pin'],
    rows: Object.keys(variants).map(name => {
      const time = times[name];
      return name === NODE
        ? [name, time.toFixed(0), ratio(one, time), '', '', 0]
        : [name, time.toFixed(0), ratio(one, time), (time / pinsOf(name)).toFixed(1), ratio(each, time / pinsOf(name)),
          requests[name] / pinsOf(name)];
    }),
    notes: [
      `Whole processes, median of ${RUNS} runs in turn, Node.js ${process.version}. Ours resolves all pins in one process, the others are a process each time. `
      + 'A ratio under 1 means that ours is faster.',
      `With ${TOOLS.map(({ version }) => version).join(', ')}.`,
    ],
  };
}

/** A folder with an outdated lock, which each run brings up to date. */
function writeLock(user: UserFolder, host: string, pins: number): () => Promise<unknown> {
  const folder = user.file(`pins-${pins}`);
  const keys = Array.from({ length: pins }, (_, pin) => ociRequest(host, REPOSITORY, `v${pin}`).key);
  const outdated = Object.fromEntries(keys.map(key => [key, { digest: `sha256:${'0'.repeat(64)}` }]));
  return async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'cdk.context.json'), JSON.stringify(outdated, undefined, 2));
    await runProcess(process.execPath, [user.file(COMMAND), 'update'], { cwd: folder, env: { HOME: user.path } });
  };
}
