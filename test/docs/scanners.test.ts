import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCS } from './pages';
import { COLUMNS } from './scanners/columns';
import { pinnedVersions } from './scanners/installed';
import { reasonTable, replacePart, scannerTable, trivyIgnore } from './scanners/page';
import { REASONS } from './scanners/reasons';
import { failedControls } from './scanners/security-hub';
import { securityHubTable } from './scanners/security-hub-table';

// The scanners themselves are run by `npx projen scanners:check`, which takes minutes.
const page = readFileSync(join(DOCS, 'scanners.md'), 'utf8');

/** The part of the page that a name marks. */
const part = (name: string) => new RegExp(`<!-- ${name}: .*-->\\n([^]*?)<!-- /${name} -->`).exec(page)![1].trim();

test.each([['security-hub', securityHubTable()], ['reasons', reasonTable()], ['trivyignore', trivyIgnore()]])('the page has the %s that the check goes by', (name, text) => {
  expect(part(name)).toBe(text.trim());
});

test('the page is about the versions that are pinned', () => {
  const titles = (table: string) => table.trim().split('\n').map(line => line.split(' | ')[0]);
  expect(titles(part('findings'))).toEqual(titles(scannerTable([], pinnedVersions())));
});

test('reasons are for columns that there are', () => {
  const names = COLUMNS.map(({ name }) => name);
  expect(REASONS.flatMap(({ where }) => where).filter(name => !names.includes(name))).toEqual([]);
});

test('a page without a part is an error', () => {
  expect(() => replacePart('# Page', 'findings', '')).toThrow("no part '<!-- findings: … -->'");
});

describe('the controls of Security Hub', () => {
  const PASSES = {
    ImageScanningConfiguration: { ScanOnPush: true },
    ImageTagMutability: 'IMMUTABLE',
    LifecyclePolicy: { LifecyclePolicyText: '{}' },
    EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: 'arn' },
  };
  const failed = (properties: object) => failedControls({ Type: 'AWS::ECR::Repository', Properties: { ...PASSES, ...properties } });

  test.each([
    [{}, []],
    [{ ImageScanningConfiguration: undefined }, ['ECR.1']],
    [{ ImageScanningConfiguration: { ScanOnPush: false } }, ['ECR.1']],
    [{ ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }, ['ECR.2']],
    [{ ImageTagMutability: undefined }, ['ECR.2']],
    [{ LifecyclePolicy: undefined }, ['ECR.3']],
    [{ EncryptionConfiguration: { EncryptionType: 'KMS_DSSE', KmsKey: 'arn' } }, []],
    [{ EncryptionConfiguration: { EncryptionType: 'KMS' } }, ['ECR.5']],
    [{ EncryptionConfiguration: { EncryptionType: 'AES256' } }, ['ECR.5']],
    [{ EncryptionConfiguration: undefined }, ['ECR.5']],
  ])('%j fails %j', (properties, controls) => {
    expect(failed(properties)).toEqual(controls);
  });

  test('a public repository needs a tag', () => {
    const tagged = (...keys: string[]) => failedControls({ Type: 'AWS::ECR::PublicRepository', Properties: { Tags: keys.map(Key => ({ Key, Value: '' })) } });
    expect([tagged(), tagged('aws:cloudformation:stack-name'), tagged('team')]).toEqual([['ECR.4'], ['ECR.4'], []]);
  });

  test('what is no repository fails none', () => {
    expect(failedControls({ Type: 'AWS::Lambda::Function' })).toEqual([]);
  });
});
