import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { singleManifest } from '../../../emulator/images';
import { init, main, version } from '../../../src/cli';
import { ociRequest } from '../assembly-folder';
import { startOciStandIn } from '../oci-stand-in';

test('the CDK CLI is told the version of the interface', () => {
  expect(version).toBe('1');
});

test('a CDK CLI without lookups by plugins goes on, and says what to do', () => {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  init({});
  expect(write.mock.calls).toEqual([[expect.stringMatching(
    /^cdk-secure-repository: this CDK CLI has no registerContextProviderAlpha, .*; use aws-cdk@2\.\d+\.\d+, or fill the lock with: npx cdk-image-lock update\n$/)]]);
  write.mockRestore();
});

test('the lookup is registered, and answers', async () => {
  const registry = await startOciStandIn();
  registry.images.set('base:v1', singleManifest('v1').digest);
  const register = jest.fn();
  init({ registerContextProviderAlpha: register });
  expect(register).toHaveBeenCalledWith('cdk-secure-repository', expect.anything());
  const answer = await register.mock.calls[0][1].getValue(ociRequest(registry.host, 'base', 'v1'));
  expect(answer).toEqual({ digest: singleManifest('v1').digest, mediaType: singleManifest('v1').mediaType });
  await registry.stop();
});

test('the command sets the exit code of its process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'main-'));
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const exitCode = process.exitCode;
  try {
    writeFileSync(join(folder, 'lock.json'), '{"image-digest:oci:h:r:t":1}');
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await main(['node', 'cdk-image-lock', 'list', '--context', join(folder, 'lock.json')], '1.2.3');
    expect(process.exitCode).toBe(1);
    expect(write).not.toHaveBeenCalled();
  } finally {
    process.exitCode = exitCode;
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  }
});
