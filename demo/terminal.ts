import { AppFolder } from './app-folder';
import { withProgress } from './tour';
import { AwsEndpoints } from '../emulator/account-clients';
import { bootstrap, CliRun, runCdk, runCommand } from '../emulator/cdk-cli';

const LAST_LINES = 15;

/**
 * Runs commands in the folder of the app, as its user does.
 */
export class Terminal {
  private readonly options: { readonly cwd: string; readonly cli: string; readonly signal: AbortSignal };

  /**
   * @param signal ends the command that runs
   */
  constructor(private readonly aws: AwsEndpoints, private readonly folder: AppFolder, signal: AbortSignal) {
    this.options = { cwd: folder.path, cli: folder.cli, signal };
  }

  /** Runs `cdk bootstrap`. */
  public async bootstrap(): Promise<void> {
    await withProgress('$ npx cdk bootstrap --template … (the usual one without what MiniStack refuses)', () => bootstrap(this.aws, {}, this.options));
  }

  /**
   * @param args in one line
   * @param exitCode the one that it has to end with
   */
  public async cdk(args: string, exitCode = 0): Promise<void> {
    await this.run(`cdk ${args}`, exitCode, () => runCdk(this.aws, args.split(' '), this.options));
  }

  /** The same for `cdk-image-lock`; returns what it says. */
  public async imageLock(args: string): Promise<string> {
    return this.run(`cdk-image-lock ${args}`, 0, () => runCommand(this.aws, this.folder.imageLock, args.split(' '), this.options));
  }

  private async run(command: string, exitCode: number, body: () => Promise<CliRun>): Promise<string> {
    const { code, output } = await withProgress(`$ npx ${command}`, body);
    if (code !== exitCode) {
      throw new Error([`'${command}' ended with ${code}, not ${exitCode}`, ...output.trim().split('\n').slice(-LAST_LINES)].join('\n'));
    }
    return output.trim();
  }
}
