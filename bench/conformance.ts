/** Asks well and badly behaved registries for a digest, with our client and with others, and prints as Markdown what each makes of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CASES } from './conformance/cases';
import { clientOf, ours } from './conformance/clients';
import { craneRegistry, DOCKER_REGISTRY } from './conformance/real-registries';
import { expectation, verdict } from './conformance/verdict';
import { isAtHand, toolsAtHand } from './registry-tools';
import { toMarkdown } from './table';
import { selfSigned } from '../test/registry-client/certificate';

async function main(): Promise<void> {
  const { tools, missing } = await toolsAtHand();
  const crane = tools.find(({ name }) => name.startsWith('crane'));
  const hasDockerRegistry = await isAtHand('docker-registry');
  const cases = [...CASES, ...hasDockerRegistry ? DOCKER_REGISTRY : [], ...crane ? [craneRegistry(crane)] : []];
  const clients = [ours, ...tools.map(clientOf)];
  const leftOut = [...missing.map(({ name }) => name), ...hasDockerRegistry ? [] : ['docker-registry']].map(name => `\`${name}\` is left out: it is not installed.`);
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const certificate = await selfSigned(folder, '127.0.0.1');
    const rows = [];
    for (const asked of cases) {
      rows.push([asked.name, expectation(asked), ...await Promise.all(clients.map(async client => verdict(client, asked, certificate)))]);
    }
    console.log(toMarkdown({
      title: 'What clients make of registries',
      columns: ['registry', 'expected', ...clients.map(({ name }) => name)],
      rows,
      notes: [
        `With ${tools.map(({ version }) => version).join(', ')}. What is not as expected is bold. Ours records digests of SHA-256 and of today's types only, `
        + 'so it is to refuse what others may take; regctl is told not to use TLS.',
        ...leftOut,
      ],
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
