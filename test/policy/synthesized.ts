import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';

export interface Reported {
  readonly rule: string;
  readonly severity: string;
  readonly description: string;
  readonly fix?: string;
  readonly paths: string[];
  readonly locations: string[];
}

export interface Synthesized {
  /** Whether the CDK refuses the app. */
  readonly isRefused: boolean;
  /** What the CDK's own report says. Older CDKs write none when nothing is refused. */
  readonly reported: Reported[];
  /** What people see. */
  readonly output: string;
}

/** Whether this CDK shows warnings of a validation that succeeds. */
export const SHOWS_WARNINGS = 'Validations' in cdk;

const REPORT = 'policy-validation-report.json';

/** Makes an app, synthesizes it, and tells what the CDK reports of its validation. */
export function synthesized(build: (app: cdk.App) => void, context: Record<string, unknown> = {}): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'policy-'));
  const output: string[] = [];
  const spies = (['log', 'error'] as const).map(name => jest.spyOn(console, name).mockImplementation((...texts) => { output.push(texts.join(' ')); }));
  const { exitCode } = process;
  let isRefused = false;
  try {
    const app = new cdk.App({ outdir, context: { '@aws-cdk/core:validationReportJson': true, '@aws-cdk/core:validationReportPrettyPrint': true, ...context } });
    build(app);
    try {
      app.synth();
      isRefused = process.exitCode === 1;
    } catch (error) {
      if (!/^Validation failed/m.test((error as Error).message) && !existsSync(join(outdir, REPORT))) {
        throw error;
      }
      isRefused = true;
      output.push((error as Error).message);
    }
    return { isRefused, reported: reportIn(join(outdir, REPORT)), output: output.join('\n').replace(/\x1b\[[0-9;]*m/g, '') };
  } finally {
    process.exitCode = exitCode;
    spies.forEach(spy => spy.mockRestore());
    rmSync(outdir, { recursive: true });
  }
}

/** The parts of CDK's report that matter here. */
interface Report {
  readonly pluginReports: { readonly summary: { readonly pluginName: string }; readonly violations: Violation[] }[];
}

interface Violation {
  readonly ruleName: string;
  readonly severity: string;
  readonly description: string;
  readonly fix?: string;
  readonly violatingConstructs: { readonly constructPath: string; readonly locations: string[] }[];
}

function reportIn(file: string): Reported[] {
  if (!existsSync(file)) {
    return [];
  }
  const { pluginReports } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return pluginReports.filter(({ summary }) => summary.pluginName === 'cdk-secure-repository').flatMap(({ violations }) => violations)
    .map(({ ruleName: rule, severity, description, fix, violatingConstructs }) => ({
      rule,
      severity,
      description,
      fix,
      paths: violatingConstructs.map(({ constructPath }) => constructPath),
      locations: violatingConstructs.flatMap(({ locations }) => locations),
    }));
}
