import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Case } from './cases';
import { BASIC, IDENTITY, INDEX, otherName, REPOSITORY, Stage } from './stage';
import { startDockerRegistry } from '../../emulator/docker-registry';
import { pushToRegistry } from '../../emulator/push-to-registry';
import { ISSUER, SERVICE, startTokenServer } from '../../test/registry-client/token-server';
import { Tool } from '../registry-tools';

/** Docker's registry, for all, by password and by token. */
export const DOCKER_REGISTRY: Case[] = [
  {
    name: 'docker-registry',
    expected: INDEX.digest,
    start: async stage => {
      const server = await startDockerRegistry();
      stage.atEnd(server.stop);
      await pushToRegistry(server.host, REPOSITORY, INDEX, 'v1');
      return server.host;
    },
  },
  {
    name: 'docker-registry, Basic',
    expected: INDEX.digest,
    login: 'password',
    start: async stage => {
      const path = join(stage.certificate.file, '..', 'htpasswd');
      await writeFile(path, 'robot:$2a$04$6tOFVkQXIVo5DagtiXvRDe2FLMTdsH12.fDwMBL4jMmvL7.SuzYKG\n');
      const server = await startDockerRegistry({ htpasswd: { realm: 'test', path } });
      stage.atEnd(server.stop);
      await pushToRegistry(server.host, REPOSITORY, INDEX, 'v1', BASIC);
      return server.host;
    },
  },
  { name: 'docker-registry, token by password', expected: INDEX.digest, login: 'password', start: async stage => withTokens(stage, BASIC) },
  {
    name: 'docker-registry, token by identity token',
    expected: INDEX.digest,
    login: 'identity token',
    start: async stage => withTokens(stage, IDENTITY),
  },
  { name: 'docker-registry, wrong password', expected: 'error', login: 'password', start: async stage => withTokens(stage, 'Basic other') },
];

async function withTokens(stage: Stage, allowed: string): Promise<string> {
  const tokens = await startTokenServer(stage.certificate);
  stage.atEnd(tokens.stop);
  tokens.allowed.add(allowed);
  const token = { realm: otherName(tokens.realm), service: SERVICE, issuer: ISSUER, rootcertbundle: stage.certificate.file };
  const server = await startDockerRegistry({ token });
  stage.atEnd(server.stop);
  await pushToRegistry(server.host, REPOSITORY, INDEX, 'v1', `Bearer ${tokens.sign(`repository:${REPOSITORY}:push,pull`)}`);
  return server.host;
}

/** The registry that crane has in memory. */
export const craneRegistry = ({ program }: Tool): Case => ({
  name: 'crane registry serve',
  expected: INDEX.digest,
  start: async stage => {
    const server = spawn(program, ['registry', 'serve', '--address', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    stage.atEnd(async () => {
      const ended = once(server, 'close');
      server.kill();
      await ended;
    });
    for await (const line of createInterface(server.stderr)) {
      const [, port] = /serving on port (\d+)/i.exec(line) ?? [];
      if (port) {
        server.stderr.resume();
        await pushToRegistry(`127.0.0.1:${port}`, REPOSITORY, INDEX, 'v1');
        return `127.0.0.1:${port}`;
      }
    }
    throw new Error('crane serves no registry');
  },
});
