import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, AppProps, AssetStaging } from 'aws-cdk-lib';

/** What a process reports that built and synthesized an app. */
export interface Synthesis {
  /** Of the processor: other work on the machine counts for less. */
  readonly milliseconds: number;
  readonly peakKilobytes: number;
}

/** Builds an app as the command line says, kind and count, synthesizes it and prints what that took. */
export function measureSynthesis(build: (props: AppProps, kind: string, count: number) => App): void {
  const [kind, count] = process.argv.slice(2);
  const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  const synthesize = (name: string, items: number) => build({ outdir: join(folder, name), analyticsReporting: false }, kind, items).synth();
  try {
    // aws-cdk-lib loads its modules when they are used first.
    synthesize('warm-up', 1);
    AssetStaging.clearAssetHashCache();
    const before = process.cpuUsage();
    synthesize('measured', Number(count));
    const { user, system } = process.cpuUsage(before);
    const result: Synthesis = { milliseconds: (user + system) / 1e3, peakKilobytes: process.resourceUsage().maxRSS };
    console.log(JSON.stringify(result));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
