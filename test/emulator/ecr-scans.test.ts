import * as fc from 'fast-check';
import { EcrScans } from '../../emulator/ecr-scans';
import { basicFinding, basicScan, enhancedFinding, enhancedScan, ScanResult } from '../../emulator/scan-findings';

const image = {
  account: '123456789012', region: 'eu-west-1', repositoryName: 'api', imageDigest: `sha256:${'0'.repeat(64)}`, detail: {},
};

/** The names of the findings of each page of one answer. */
function pagesOf(scans: EcrScans, maxResults?: number): string[][] {
  const pages: string[][] = [];
  let nextToken: string | undefined;
  do {
    const { body } = scans.findings(image, { maxResults, nextToken });
    const { findings = [], enhancedFindings = [] } = body.imageScanFindings as NonNullable<ScanResult['imageScanFindings']>;
    const ids = enhancedFindings.map(({ packageVulnerabilityDetails }) => packageVulnerabilityDetails!.vulnerabilityId!);
    pages.push([...findings.map(({ name }) => name!), ...ids]);
    nextToken = body.nextToken;
  } while (nextToken);
  return pages;
}

test('the pages of any size are those of one answer, none of them is empty, and the next answer follows', () => {
  const answer = fc.record({ enhanced: fc.boolean(), count: fc.nat(12), size: fc.integer({ min: 1, max: 13 }) });
  fc.assert(fc.property(fc.array(answer, { minLength: 1, maxLength: 4 }), wanted => {
    const names = wanted.map(({ count }, number) => Array.from({ length: count }, (_, index) => `CVE-${number}-${index}`));
    const scans = new EcrScans();
    scans.setScan({
      ...image,
      answers: names.map((ids, number) => wanted[number].enhanced
        ? enhancedScan(...ids.map(id => enhancedFinding({ id }))) : basicScan(...ids.map(name => basicFinding({ name })))),
    });
    for (const [number, { size }] of [...wanted, wanted[wanted.length - 1]].entries()) {
      const pages = pagesOf(scans, size);
      const expected = names[Math.min(number, names.length - 1)];
      expect(pages.flat()).toEqual(expected);
      expect(pages.map(page => page.length)).toEqual(expected.length === 0 ? [0]
        : Array.from({ length: Math.ceil(expected.length / size) }, (_, page) => Math.min(size, expected.length - page * size)));
    }
  }));
});

test.each([
  [[], 'NO'],
  [[undefined], 'NO'],
  [['1.1'], 'YES'],
  [['1.1', undefined], 'PARTIAL'],
])('a finding of packages with the fixes %j says so: %s', (versions, fixAvailable) => {
  const packages = versions.map(fixedInVersion => ({ name: 'zlib', version: '1.0', fixedInVersion }));
  expect(enhancedFinding(packages.length > 0 ? { packages } : {})).toMatchObject({ fixAvailable });
});
