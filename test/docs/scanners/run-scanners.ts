import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Installed } from './installed';
import { failedControls, TemplateResource } from './security-hub';
import { PATH, runProcess } from '../../../emulator/run-process';

export interface Finding {
  readonly scanner: Scanner;
  /** As the scanner writes it. */
  readonly rule: string;
  /** The path of the construct. */
  readonly path: string;
}

/** `CDK` stands for the default rules of aws-cdk-lib, and the last ones for packs of cdk-nag. */
export const SCANNERS = [
  'Security Hub', 'checkov', 'Trivy', 'cfn-lint', 'CDK', 'AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321',
] as const;
export type Scanner = typeof SCANNERS[number];

interface Template {
  readonly file: string;
  readonly text: string;
  readonly resources: Record<string, TemplateResource>;
}

type Located = readonly [rule: string, file: string, logicalId: string];

const SUFFIX = '.template.json';
/** Its plugin has a name that says less than this. */
const OF_PLUGINS: Record<string, Scanner> = { 'CloudFormation Validate': 'CDK' };

/** What all scanners have against the templates of an assembly. */
export async function runScanners(assembly: string, installed: Installed): Promise<Finding[]> {
  const templates = readTemplates(assembly);
  const pathOf = (file: string, logicalId: string) => templates.find(template => template.file === file)?.resources[logicalId]?.Metadata?.['aws:cdk:path'];
  const located = (scanner: Scanner, findings: Located[]): Finding[] => findings.map(([rule, file, logicalId]) => {
    const path = pathOf(file, logicalId);
    if (path === undefined) {
      throw new Error(`${scanner} found ${rule} at '${logicalId}' of ${file}; there is no such resource`);
    }
    return { scanner, rule, path };
  });
  return [
    ...located('Security Hub', securityHub(templates)),
    ...located('checkov', await checkov(assembly, templates, installed)),
    ...located('Trivy', await trivy(assembly, templates, installed)),
    ...located('cfn-lint', await cfnLint(assembly, templates, installed)),
    ...reported(assembly),
  ];
}

function readTemplates(assembly: string): Template[] {
  return readdirSync(assembly).filter(name => name.endsWith(SUFFIX)).map(file => {
    const text = readFileSync(join(assembly, file), 'utf8');
    return { file, text, resources: JSON.parse(text).Resources };
  });
}

function securityHub(templates: Template[]): Located[] {
  return templates.flatMap(({ file, resources }) => Object.entries(resources)
    .flatMap(([logicalId, resource]) => failedControls(resource).map(rule => [rule, file, logicalId] as const)));
}

async function checkov(folder: string, templates: Template[], { python }: Installed): Promise<Located[]> {
  const files = templates.flatMap(({ file }) => ['--file', file]);
  const options = ['--framework', 'cloudformation', '--skip-download', '--quiet', '--compact', '--soft-fail', '--output', 'json'];
  const output = await json(folder, python, ['-m', 'checkov.main', ...options, ...files]);
  return output.results.failed_checks.map(({ check_id: rule, file_path: file, resource }: Record<string, string>) =>
    [rule, file.slice(1), resource.split('.').at(-1)!]);
}

async function cfnLint(folder: string, templates: Template[], { python }: Installed): Promise<Located[]> {
  const output = await json(folder, python, ['-c', 'from cfnlint.runner import main; main()', '--format', 'json', '--', ...templates.map(({ file }) => file)]);
  return output.map(({ Rule, Filename, Location }: any) => [Rule.Id, Filename, Location.Path[1]]);
}

async function trivy(folder: string, templates: Template[], installed: Installed): Promise<Located[]> {
  const output: { rule: string; file: string; line: number }[] = await json(folder, installed.trivy, [folder]);
  const inTemplates = output.filter(({ file }) => file.endsWith(SUFFIX));
  return inTemplates.map(({ rule, file, line }) => [rule, file, resourceAt(templates.find(template => template.file === file)!.text, line)]);
}

/** The logical id of the resource in whose lines a line is, as the CDK writes templates. */
function resourceAt(text: string, line: number): string {
  const keys = text.split('\n').slice(0, line).flatMap(each => /^ {2}"(\w+)": \{$/.exec(each)?.[1] ?? []);
  return keys.at(-1) ?? '';
}

/** What the plugins of the CDK's validation found. */
function reported(assembly: string): Finding[] {
  const { pluginReports } = JSON.parse(readFileSync(join(assembly, 'validation-report.json'), 'utf8'));
  return pluginReports.flatMap(({ pluginName, violations }: any) => violations.flatMap(({ ruleName, violatingConstructs }: any) =>
    violatingConstructs.map(({ constructPath }: any) => ({ scanner: OF_PLUGINS[pluginName] ?? pluginName, rule: ruleName, path: constructPath }))));
}

async function json(cwd: string, program: string, args: string[]): Promise<any> {
  const { code, stdout, output } = await runProcess(program, args, { cwd, env: { ...process.env, PATH, LOG_LEVEL: 'ERROR' } });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`${program} ${args.slice(0, 2).join(' ')} ended with ${code}, and did not say what it found:\n${output.slice(-2000)}`);
  }
}
