import {
  Attribute, DescribeImageScanFindingsResponse, EnhancedImageScanFinding, FindingSeverity, ImageScanFinding, ScanStatus,
} from '@aws-sdk/client-ecr';

/** What DescribeImageScanFindings says of an image, as AWS's guides and its documented examples have it. */
export type ScanResult = Pick<DescribeImageScanFindingsResponse, 'imageScanStatus' | 'imageScanFindings'>;

const SCANNED_AT = new Date('2026-01-02T03:04:05Z');

/** What ECR says of each status. */
const DESCRIPTIONS: Partial<Record<ScanStatus, string>> = {
  COMPLETE: 'The scan was completed successfully.',
  ACTIVE: 'Continuous scan is selected for image.',
  PENDING: 'Pending start of the image scan.',
};

export interface BasicFinding {
  /** @default 'CVE-2026-0001' */
  readonly name?: string;
  /** @default HIGH */
  readonly severity?: FindingSeverity;
  /** @default 'openssl' */
  readonly packageName?: string;
  /** @default '3.0.2-0ubuntu1.10' */
  readonly version?: string;
}

/** Basic scanning does not say whether there is a version without the vulnerability. */
export function basicFinding(
  { name = 'CVE-2026-0001', severity = 'HIGH', packageName = 'openssl', version = '3.0.2-0ubuntu1.10' }: BasicFinding = {},
): ImageScanFinding {
  const attributes: Attribute[] = [
    { key: 'package_version', value: version },
    { key: 'package_name', value: packageName },
    { key: 'CVSS3_SCORE', value: '7.5' },
    { key: 'CVSS3_VECTOR', value: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' },
  ];
  return { name, description: `A vulnerability of ${packageName}.`, uri: `https://cve.mitre.org/cgi-bin/cvename.cgi?name=${name}`, severity, attributes };
}

export interface VulnerablePackage {
  readonly name: string;
  readonly version: string;
  /** @default 'NotAvailable' */
  readonly fixedInVersion?: string;
}

export interface EnhancedFinding {
  /** @default 'CVE-2026-0001' */
  readonly id?: string;
  /** As Amazon Inspector has it. @default 'HIGH' */
  readonly severity?: Exclude<FindingSeverity, 'UNDEFINED'> | 'UNTRIAGED';
  /** @default - what the packages say: whether all, some or none of them have a version without the vulnerability */
  readonly fixAvailable?: 'YES' | 'NO' | 'PARTIAL';
  /** @default - one without a fix */
  readonly packages?: VulnerablePackage[];
  /** @default 'ACTIVE' */
  readonly status?: 'ACTIVE' | 'SUPPRESSED' | 'CLOSED';
}

export function enhancedFinding(finding: EnhancedFinding = {}): EnhancedImageScanFinding {
  const { id = 'CVE-2026-0001', severity = 'HIGH', packages = [{ name: 'openssl', version: '3.0.2' }], status = 'ACTIVE' } = finding;
  const cvss = { scoringVector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', version: '3.1' };
  const sourceUrl = `https://security-tracker.debian.org/tracker/${id}`;
  return {
    awsAccountId: '123456789012',
    description: `A vulnerability of ${packages[0].name}.`,
    findingArn: `arn:aws:inspector2:eu-west-1:123456789012:finding/${id}`,
    firstObservedAt: SCANNED_AT,
    lastObservedAt: SCANNED_AT,
    updatedAt: SCANNED_AT,
    packageVulnerabilityDetails: {
      cvss: [{ ...cvss, baseScore: 7.5, source: 'NVD' }],
      referenceUrls: [sourceUrl],
      relatedVulnerabilities: [],
      source: 'DEBIAN_CVE',
      sourceUrl,
      vendorSeverity: 'not yet assigned',
      vulnerabilityId: id,
      vulnerablePackages: packages.map(({ fixedInVersion = NOT_AVAILABLE, ...aPackage }) => ({
        arch: 'AMD64', epoch: 0, packageManager: 'OS', sourceLayerHash: `sha256:${'0'.repeat(64)}`, ...aPackage, fixedInVersion,
      })),
    },
    remediation: { recommendation: { text: 'None Provided' } },
    resources: [],
    score: 7.5,
    scoreDetails: { cvss: { ...cvss, adjustments: [], score: 7.5, scoreSource: 'NVD' } },
    severity,
    status,
    title: `${id} - ${packages.map(({ name }) => name).join(', ')}`,
    type: 'PACKAGE_VULNERABILITY',
    fixAvailable: finding.fixAvailable ?? fixAvailable(packages),
    exploitAvailable: 'NO',
  };
}

/** A scan that has not found anything yet. */
export function unfinishedScan(status: ScanStatus = 'IN_PROGRESS', description = DESCRIPTIONS[status]): ScanResult {
  return {
    imageScanStatus: { status, description },
    ...(status === 'PENDING' && { imageScanFindings: { findings: [], enhancedFindings: [] } }),
  };
}

/** A basic scan that is over. */
export function basicScan(...findings: ImageScanFinding[]): ScanResult {
  return {
    imageScanStatus: { status: 'COMPLETE', description: DESCRIPTIONS.COMPLETE },
    imageScanFindings: { ...dates(), findingSeverityCounts: countsOf(findings), findings },
  };
}

/** A continuous scan of Amazon Inspector that has looked at the image. */
export function enhancedScan(...enhancedFindings: EnhancedImageScanFinding[]): ScanResult {
  return {
    imageScanStatus: { status: 'ACTIVE', description: DESCRIPTIONS.ACTIVE },
    imageScanFindings: { ...dates(), findingSeverityCounts: countsOf(enhancedFindings), enhancedFindings },
  };
}

const NOT_AVAILABLE = 'NotAvailable';

function fixAvailable(packages: VulnerablePackage[]): string {
  const fixed = packages.filter(({ fixedInVersion = NOT_AVAILABLE }) => fixedInVersion !== NOT_AVAILABLE).length;
  return fixed === 0 ? 'NO' : fixed === packages.length ? 'YES' : 'PARTIAL';
}

function dates() {
  return { imageScanCompletedAt: SCANNED_AT, vulnerabilitySourceUpdatedAt: SCANNED_AT };
}

/** Without zeros, as ECR counts. */
function countsOf(findings: { severity?: string }[]): Record<string, number> {
  const severities = findings.map(({ severity }) => severity!);
  return Object.fromEntries([...new Set(severities)].map(severity => [severity, severities.filter(other => other === severity).length]));
}
