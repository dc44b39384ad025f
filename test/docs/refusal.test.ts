import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksIn, DOCS, parsePage } from './pages';
import { enhancedFinding, enhancedScan } from '../../emulator/scan-findings';
import { scannedGate } from '../../src/gates/handler/scanned';
import { FakeEcr } from '../gates/handler/fake-ecr';

const [AMD, ARM] = ['1', '2'].map(digit => `sha256:${digit.repeat(64)}`);

test('the refusal in the guide about gates is what the function says', async () => {
  const ecr = new FakeEcr();
  const digest = ecr.push({
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [[AMD, 'amd64'], [ARM, 'arm64']].map(([platformDigest, architecture]) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: platformDigest, size: 1, platform: { os: 'linux', architecture },
    })),
  });
  const openssl = enhancedFinding({ severity: 'CRITICAL', packages: [{ name: 'openssl', version: '3.0.1', fixedInVersion: '3.0.7' }] });
  const zlib = enhancedFinding({ id: 'CVE-2026-0002', severity: 'HIGH', packages: [{ name: 'zlib', version: '1.2.13' }] });
  ecr.scans.set(AMD, () => [enhancedScan(openssl, zlib)]);
  ecr.scans.set(ARM, () => [enhancedScan(openssl)]);

  const gate = scannedGate({
    repository: { account: '123456789012', region: 'eu-west-1', repositoryName: 'api' },
    properties: { FailOn: 'HIGH' },
    waitSeconds: 600,
  });
  const { message } = await gate(digest, ecr.context()).catch(error => error);

  const page = parsePage('docs/gates.md', readFileSync(join(DOCS, 'gates.md'), 'utf8'));
  const [block] = blocksIn([page], 'text').filter(({ content }) => content.includes('has findings of severity'));
  expect(block?.content.trim().replace(/\s*\n/g, ' ')).toBe(message);
});
