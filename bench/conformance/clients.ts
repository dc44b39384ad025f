import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { globalAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Case } from './cases';
import { IDENTITY, REPOSITORY, Stage } from './stage';
import { retryOpen } from '../../src/cli/lookup/retry-open';
import { OciRegistry } from '../../src/registry-client/oci-registry';
import { outcomeOf } from '../../src/registry-client/resolution-error';
import { Tool } from '../registry-tools';

const PATIENCE_MS = 20_000;
const DIGEST = /^sha\d+:[0-9a-fA-F]+$/;

/** Says which digest a registry has, or why none. */
export interface Client {
  readonly name: string;
  readonly ask: (host: string, asked: Case, stage: Stage) => Promise<string>;
}

/** As the command and the plugin ask, with their retries. */
export const ours: Client = {
  name: 'ours',
  ask: async (host, { login, digest }, { certificate }) => {
    globalAgent.options.ca = certificate.certificate;
    const keychain = async () => login === 'password' ? { username: 'robot', password: 'swordfish' } : login && { username: '<token>', password: IDENTITY };
    const registry = new OciRegistry({ host, repositoryName: REPOSITORY }, { keychain });
    let elapsed = 0;
    const clock = {
      now: () => elapsed,
      sleep: async (milliseconds: number) => {
        elapsed += milliseconds;
      },
    };
    const [outcome] = await retryOpen([digest ?? 'v1'], async ([tag]) => [await outcomeOf(async () => registry.image(tag))], clock);
    return outcome instanceof Error ? outcome.message : outcome.digest;
  },
};

export function clientOf({ name, program, args }: Tool): Client {
  return {
    name,
    ask: async (host, { login, digest }, { certificate }) => {
      const home = mkdtempSync(join(tmpdir(), 'client-'));
      try {
        const auth = login === 'password' ? { auth: Buffer.from('robot:swordfish').toString('base64') } : { username: '<token>', identitytoken: IDENTITY };
        const file = join(home, '.docker', 'config.json');
        mkdirSync(join(home, '.docker'));
        writeFileSync(file, JSON.stringify({ auths: login ? { [host]: auth } : {} }));
        const env = { PATH: process.env.PATH, HOME: home, REGISTRY_AUTH_FILE: file, SSL_CERT_FILE: certificate.file };
        return await run(program, args(host, `${host}/${REPOSITORY}${digest ? `@${digest}` : ':v1'}`), env);
      } finally {
        rmSync(home, { recursive: true });
      }
    },
  };
}

async function run(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS, killSignal: 'SIGKILL' });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return code === 0 && DIGEST.test(stdout.trim()) ? stdout.trim() : code === null ? `no answer within ${PATIENCE_MS / 1_000} seconds` : stderr;
}
