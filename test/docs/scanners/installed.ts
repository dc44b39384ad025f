import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePythonEnvironment, PythonEnvironment } from '../../../emulator/python-environment';
import { PATH, runProcess } from '../../../emulator/run-process';
import { npm } from '../../../tools/npm';
import { ROOT } from '../pages';

const PYTHON: PythonEnvironment = {
  name: 'scanners',
  requirements: join(__dirname, 'requirements.txt'),
  contents: 'checkov and cfn-lint',
  neededFor: 'running the scanners',
};
const TRIVY = join(__dirname, 'trivy');
const TRIVY_SOURCES = ['go.mod', 'go.sum', 'main.go'].map(name => join(TRIVY, name));
const LIBRARIES = ['package.json', 'package-lock.json'].map(name => join(__dirname, name));

export interface Installed {
  /** Python, with checkov and cfn-lint. */
  readonly python: string;
  readonly trivy: string;
  /** The folder with the newest CDK and cdk-nag. */
  readonly libraries: string;
  readonly versions: Versions;
}

export interface Versions {
  readonly checkov: string;
  readonly cfnLint: string;
  readonly trivy: string;
  readonly cdk: string;
  readonly nag: string;
}

/** Installs all scanners in `.cache`, once, with the versions and checksums of the files in this folder. */
export async function installScanners(): Promise<Installed> {
  const python = await ensurePythonEnvironment(console.log, PYTHON);
  const libraries = await cached('scanners-cdk', LIBRARIES, 'the newest CDK and cdk-nag', async folder => {
    await Promise.all(LIBRARIES.map(async file => cp(file, join(folder, file.split('/').at(-1)!))));
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  });
  const trivy = await cached('scanners-trivy', TRIVY_SOURCES, "Trivy's scanner of CloudFormation templates, from its source, which takes some minutes", async folder => {
    // What it reads JSON with is an experiment of Go.
    const env = { ...process.env, PATH, GOEXPERIMENT: 'jsonv2', GOFLAGS: '-mod=readonly' };
    const { code, output } = await runProcess('go', ['build', '-trimpath', '-o', join(folder, 'trivy'), '.'], { cwd: TRIVY, env });
    if (code !== 0) {
      throw new Error(`Trivy's scanner could not be built with go:\n${output.split('\n').slice(-5).join('\n')}`);
    }
  });
  return { python, trivy: join(trivy, 'trivy'), libraries, versions: pinnedVersions() };
}

export function pinnedVersions(): Versions {
  const inPython = (name: string) => new RegExp(`^${name}==(\\S+)`, 'm').exec(readFileSync(PYTHON.requirements, 'utf8'))![1];
  const { dependencies } = JSON.parse(readFileSync(LIBRARIES[0], 'utf8'));
  return {
    checkov: inPython('checkov'),
    cfnLint: inPython('cfn-lint'),
    trivy: /aquasecurity\/trivy v(\S+)/.exec(readFileSync(TRIVY_SOURCES[0], 'utf8'))![1],
    cdk: dependencies['aws-cdk-lib'],
    nag: dependencies['cdk-nag'],
  };
}

/** A folder in `.cache` that is made anew when one of some files has changed; it is either whole or absent. */
async function cached(name: string, files: string[], contents: string, make: (folder: string) => Promise<void>): Promise<string> {
  const hash = createHash('sha256');
  files.forEach(file => hash.update(readFileSync(file)));
  const folder = join(ROOT, '.cache', `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) {
    return folder;
  }
  console.log(`installing ${contents}, into ${folder} (once)`);
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const aside = await mkdtemp(`${folder}.`);
  try {
    await make(aside);
    renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}
