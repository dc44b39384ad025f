/**
 * Runs scanners over what this package makes, and compares what they say with docs/scanners.md; with `--update`, writes it there. Also tries
 * the suppressions of that page, and the rule pack of docs/guardrails.md.
 */
import { deepStrictEqual, ok } from 'node:assert';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksIn, DOCS, readPages } from './pages';
import { COLUMNS, CONTROL, CONTROL_OF_SIGNING } from './scanners/columns';
import { Installed, installScanners } from './scanners/installed';
import { findingsIn, reasonTable, replacePart, scannerTable, trivyIgnore } from './scanners/page';
import { reasonsFor } from './scanners/reasons';
import { Finding, runScanners, SCANNERS } from './scanners/run-scanners';
import { securityHubTable } from './scanners/security-hub-table';
import { PATH, runProcess } from '../../emulator/run-process';
import { copyOfProject } from '../../tools/test-versions';

const PAGE = join(DOCS, 'scanners.md');
const LIBRARIES = ['aws-cdk-lib', 'cdk-nag', 'constructs'];
const SUPPRESSED_OTHERWISE = /^(ECR\.|AWS-)/;

class Problem extends Error {}

async function main(): Promise<void> {
  const installed = await installScanners();
  const scratch = mkdtempSync(join(tmpdir(), 'scanners-'));
  try {
    const copy = join(scratch, 'copy');
    makeCopy(copy, installed);
    const findings = await scan(copy, join(scratch, 'found'), installed);
    everyScannerLooked(findings);
    everyFindingHasReason(findings);
    await compileExamples(copy);
    nothingIsLeft(await scan(copy, join(scratch, 'accepted'), installed, ['accept']));
    await node(copy, 'ts-node/dist/bin.js', ['-T', 'test/docs/scanners/try-rule-pack.ts', join(scratch, 'pack')]);
    console.log('the rule pack for cdk-nag and the policy find the same, and findings of both can be acknowledged');
    compareWithPage(findings, installed);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** A copy of the project with the newest CDK, in which the examples for that one are modules. */
function makeCopy(copy: string, { libraries }: Installed): void {
  mkdirSync(copy);
  copyOfProject(copy, libraries, LIBRARIES);
  const pages = join(copy, 'test', 'docs', 'scanners', 'pages');
  mkdirSync(pages);
  for (const { flags, content } of blocksIn(readPages(), 'ts').filter(block => block.flags.includes('newest'))) {
    const [, name] = flags.map(flag => /^file=(.+)$/.exec(flag)).find(Boolean)!;
    writeFileSync(join(pages, name), content.replace("'cdk-secure-repository'", "'../../../../src'"));
  }
  writeFileSync(join(pages, 'tsconfig.json'), JSON.stringify({ extends: '../../../tsconfig.json', include: ['*.ts'] }));
}

async function scan(copy: string, assembly: string, installed: Installed, args: string[] = []): Promise<Finding[]> {
  await node(copy, 'ts-node/dist/bin.js', ['-T', 'test/docs/scanners/app.ts', assembly, ...args]);
  return runScanners(assembly, installed);
}

async function compileExamples(copy: string): Promise<void> {
  await node(copy, 'typescript/bin/tsc', ['--noEmit', '-p', 'test/docs/scanners/pages']);
  console.log('the examples for the newest CDK compile');
}

async function node(cwd: string, script: string, args: string[]): Promise<void> {
  const { code, output } = await runProcess(process.execPath, [join(cwd, 'node_modules', script), ...args], { cwd, env: { ...process.env, PATH } });
  if (code !== 0) {
    throw new Problem(`${script} ${args.join(' ')} failed:\n${output.slice(-5000)}`);
  }
}

function everyScannerLooked(findings: Finding[]): void {
  const silent = SCANNERS.filter(scanner => !findingsIn(findings, CONTROL).some(finding => finding.scanner === scanner));
  deepStrictEqual(silent, [], 'these found nothing in what they have to refuse');
  ok(findingsIn(findings, CONTROL_OF_SIGNING).some(({ scanner }) => scanner === 'cfn-lint'), 'cfn-lint does not know signing configurations');
}

function everyFindingHasReason(findings: Finding[]): void {
  for (const { name, path } of COLUMNS) {
    const found = [...new Set(findingsIn(findings, path).map(({ rule }) => rule))].sort();
    deepStrictEqual(found, Object.keys(reasonsFor(name)).sort(), `the findings in ${name}, and the reasons in test/docs/scanners/reasons.ts`);
  }
  console.log('each finding has a reason, and each reason a finding');
}

/** Security Hub and Trivy have suppressions of their own, elsewhere than in a template. */
function nothingIsLeft(findings: Finding[]): void {
  const left = COLUMNS.flatMap(({ path }) => findingsIn(findings, path)).filter(({ rule }) => !SUPPRESSED_OTHERWISE.test(rule));
  deepStrictEqual(left, [], 'what is found although it was accepted');
  console.log('what is accepted as the page says is not found any more');
}

function compareWithPage(findings: Finding[], { versions }: Installed): void {
  const page = readFileSync(PAGE, 'utf8');
  const parts = { 'findings': scannerTable(findings, versions), 'security-hub': securityHubTable(), 'reasons': reasonTable(), 'trivyignore': trivyIgnore() };
  const expected = Object.entries(parts).reduce((text, [name, part]) => replacePart(text, name, part), page);
  if (process.argv.includes('--update')) {
    writeFileSync(PAGE, expected);
  } else if (page !== expected) {
    throw new Problem(`docs/scanners.md does not say what the scanners do; expected:\n${Object.values(parts).join('\n')}\nWrite it with npx projen scanners`);
  }
  console.log('docs/scanners.md says what the scanners do');
}

main().catch(error => {
  console.error(error instanceof Problem ? `scanners: ${error.message}` : error);
  process.exitCode = 1;
});
