import { mkdtemp, rm } from 'node:fs/promises';
import { globalAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CASES } from '../../bench/conformance/cases';
import { ours } from '../../bench/conformance/clients';
import { expectation, verdict } from '../../bench/conformance/verdict';
import { Certificate, selfSigned } from '../registry-client/certificate';
import { describeWith } from '../registry-client/tools';

describeWith(['openssl'], 'our registry client', () => {
  let directory: string;
  let certificate: Certificate;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'conformance-'));
    certificate = await selfSigned(directory, '127.0.0.1');
  });

  afterAll(async () => {
    delete globalAgent.options.ca;
    await rm(directory, { recursive: true });
  });

  test.each(CASES.map(asked => [asked.name, asked] as const))('is careful: %s', async (_, asked) => {
    expect(await verdict(ours, asked, certificate)).toBe(expectation(asked));
  });
});
