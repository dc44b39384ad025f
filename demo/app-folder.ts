import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..');

const CDK_JSON = {
  app: 'node -r ts-node/register/transpile-only app.ts',
  plugin: ['cdk-secure-repository/cli'],
  requireApproval: 'never',
  versionReporting: false,
  notices: false,
  context: { 'cli-telemetry': false },
};

/** The folder of the app as a user has it, with what `npm install` puts beside an app. */
export class AppFolder {
  public static async create(): Promise<AppFolder> {
    const folder = new AppFolder(await mkdtemp(join(tmpdir(), 'cdk-secure-repository-demo-')));
    try {
      await folder.fill();
      return folder;
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  /** The folder of the CDK CLI. */
  public readonly cli: string;
  /** The program `cdk-image-lock`. */
  public readonly imageLock: string;

  private constructor(public readonly path: string) {
    this.cli = this.file('node_modules/aws-cdk');
    this.imageLock = this.file('node_modules/cdk-secure-repository/bin/cdk-image-lock');
  }

  public file(name: string): string {
    return join(this.path, name);
  }

  public async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  private async fill(): Promise<void> {
    await cp(join(ROOT, 'demo', 'app.ts'), this.file('app.ts'));
    await writeFile(this.file('cdk.json'), JSON.stringify(CDK_JSON, undefined, 2));
    await writeFile(this.file('tsconfig.json'), JSON.stringify({ compilerOptions: { target: 'ES2022', module: 'node16' } }, undefined, 2));
    await mkdir(this.file('node_modules/.bin'), { recursive: true });
    await Promise.all(['aws-cdk-lib', 'constructs', 'ts-node', 'typescript'].map(name => this.link(`node_modules/${name}`)));
    // Behind a link, the CDK CLI would look for plugins elsewhere.
    await cp(join(ROOT, 'node_modules', 'aws-cdk'), this.cli, { recursive: true });
    await this.addPackage();
    await symlink(join(this.cli, 'bin', 'cdk'), this.file('node_modules/.bin/cdk'));
    await symlink(this.imageLock, this.file('node_modules/.bin/cdk-image-lock'));
  }

  /** This package as it is shipped, compiled by what is quickest. */
  private async addPackage(): Promise<void> {
    const path = 'node_modules/cdk-secure-repository';
    buildSync({ entryPoints: [join(ROOT, 'src', '**', '*.ts')], outdir: this.file(`${path}/lib`), format: 'cjs', platform: 'node', target: 'node20' });
    await Promise.all(['package.json', 'assets', 'bin', 'cli'].map(async name => cp(join(ROOT, name), this.file(`${path}/${name}`), { recursive: true })));
  }

  private async link(name: string): Promise<void> {
    await symlink(join(ROOT, name), this.file(name));
  }
}
