import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountVariables, AwsEndpoints, AwsEnvironment, fullEnvironment } from './account-clients';
import { EMULATOR_ACCOUNT } from './environment';
import { PATH, ProcessRun, runProcess } from './run-process';

const CDK_CLI = join(__dirname, '..', 'node_modules', 'aws-cdk');

export type CliRun = ProcessRun;

export interface CommandOptions {
  /** Whose credentials there are. */
  readonly environment?: AwsEnvironment;
  /** @default - the current one */
  readonly cwd?: string;
  /** Variables besides those of the environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** @default - it runs to its end */
  readonly signal?: AbortSignal;
}

export interface CdkOptions extends CommandOptions {
  /**
   * The folder of the CDK CLI, which loads plugins from beside it.
   *
   * @default - the one that this project has
   */
  readonly cli?: string;
}

/** Runs the CDK CLI against an emulated AWS, with nothing of the developer's own AWS settings. */
export async function runCdk(aws: AwsEndpoints, args: string[], { cli = CDK_CLI, ...options }: CdkOptions = {}): Promise<CliRun> {
  return runCommand(aws, join(cli, 'bin', 'cdk'), [...args, '--no-notices', '--no-color'], options);
}

/** The same for any program in JavaScript. */
export async function runCommand(aws: AwsEndpoints, program: string, args: string[], options: CommandOptions = {}): Promise<CliRun> {
  const home = await mkdtemp(join(tmpdir(), 'cdk-home-'));
  try {
    return await runProcess(process.execPath, [program, ...args], {
      cwd: options.cwd,
      signal: options.signal,
      env: {
        PATH,
        HOME: home,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        NODE_NO_WARNINGS: '1',
        CI: 'true', // progress on standard output
        ...accountVariables(aws, options.environment),
        ...options.env,
      },
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Runs `cdk bootstrap` for an account and Region. The first account may deploy to all others. */
export async function bootstrap(aws: AwsEndpoints, environment?: AwsEnvironment, options?: CdkOptions): Promise<void> {
  const { account, region } = fullEnvironment(environment);
  const folder = await mkdtemp(join(tmpdir(), 'cdk-bootstrap-'));
  try {
    const template = join(folder, 'template.yaml');
    await writeFile(template, forEmulator(await readFile(join(CDK_CLI, 'lib', 'api', 'bootstrap', 'bootstrap-template.yaml'), 'utf8')));
    const trust = account === EMULATOR_ACCOUNT ? [] : ['--trust', EMULATOR_ACCOUNT, '--cloudformation-execution-policies', 'arn:aws:iam::aws:policy/AdministratorAccess'];
    const { code, output } = await runCdk(aws, ['bootstrap', `aws://${account}/${region}`, '--template', template, ...trust], { ...options, environment });
    if (code !== 0) {
      throw new Error(`cdk bootstrap of account ${account} in ${region} failed:\n${output}`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * What MiniStack refuses, and AWS does not: the bucket's policy wants HTTPS, and it takes `DescribeRepositories`, which has a list of
 * names, for one of all repositories.
 */
function forEmulator(template: string): string {
  return replaced(
    replaced(template, /^ {2}StagingBucketPolicy:\n(?: {4}.*\n)+/m, ''),
    /(- ecr:DescribeRepositories\n(?: +- ecr:.*\n)+ +Resource:\n +)Fn::Sub: "?\$\{ContainerAssetsRepository.Arn\}"?/, "$1Fn::Sub: '*'",
  );
}

function replaced(template: string, pattern: RegExp, replacement: string): string {
  if (!pattern.test(template)) {
    throw new Error(`the CDK CLI's bootstrap template has changed: it has nothing like ${pattern}`);
  }
  return template.replace(pattern, replacement);
}
