import { Command, CommanderError, Option } from 'commander';
import { CommandContext, CommandOptions, CONTEXT_FILE } from './command-context';
import { explain } from './explain';
import { list } from './list';
import { prune } from './prune';
import { PAGE_FILE, report as writeReport, ReportOptions } from './report';
import { update, UpdateOptions } from './update';
import { verify, VerifyOptions } from './verify';
import { isHost } from '../../names/image-grammar';
import { FAILURE, SUCCESS, UsageError, WRONG_USAGE } from '../terminal/exit-codes';
import { currentProcess, ProcessContext } from '../terminal/process-context';
import { reasonOf, stackOf } from '../terminal/reason';
import { FORMATS, Report } from '../terminal/report';

const NAME = 'cdk-image-lock';

const PATTERNS = "keys of the lock or images such as 'team/api:*', with * for any text; '!team/api:*' leaves pins out (default: all pins)";

const EXIT_CODES = `
Exit codes:
  0  done; nothing is wrong
  1  a problem was found, or something failed
  2  wrong usage: nothing was done`;

const DETAILS = `${EXIT_CODES}

Credentials are those that the CDK CLI would use: the app's lookup roles, assumed with
--profile, the environment or AWS_PROFILE. For other registries they are those in
DOCKER_AUTH_CONFIG, in the file REGISTRY_AUTH_FILE, or of docker login. Proxies and
certificates are the CDK CLI's as well: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY,
CDK_PROXY, AWS_CA_BUNDLE, and cdk.json's proxy and caBundlePath.`;

/** Runs the command and returns its exit code. */
export async function run(args: string[], processContext: ProcessContext, version: string): Promise<number> {
  let exitCode = SUCCESS;
  let report: Report | undefined;
  const program = parser(processContext, version, code => {
    exitCode = code;
  }, options => {
    const context = new CommandContext(options, processContext);
    report = context.report;
    return context;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? SUCCESS : WRONG_USAGE;
    }
    report?.data({ error: { message: reasonOf(error) } });
    processContext.stderr.write(`${NAME}: ${reasonOf(error)}\n`);
    if (processContext.env.DEBUG) {
      processContext.stderr.write(`${stackOf(error)}\n`);
    }
    return error instanceof UsageError ? WRONG_USAGE : FAILURE;
  }
}

/** The command as a process. */
export async function main(argv: string[], version: string): Promise<void> {
  // Whoever reads our output may stop early, as `head` does.
  process.stdout.on('error', () => process.exit());
  // Whatever ends the process before it has said that it succeeded is a failure.
  process.exitCode = FAILURE;
  process.exitCode = await run(argv.slice(2), currentProcess(), version);
}

function parser(
  processContext: ProcessContext, version: string, exit: (code: number) => void, context: (options: CommandOptions) => CommandContext,
): Command {
  const program = new Command(NAME)
    .description('Looks after the image digests that an app of the AWS CDK has in its cdk.context.json.')
    .version(version, '-V, --version', "show this package's version")
    .exitOverride()
    .configureOutput({ writeOut: text => processContext.stdout.write(text), writeErr: text => processContext.stderr.write(text) })
    .addHelpText('after', DETAILS);

  const subcommand = (nameAndArguments: string, description: string) => withCommonOptions(program.command(nameAndArguments).description(description));

  subcommand('list', 'show every pin of the lock, and what the synthesized app asks for beyond it')
    .action((options: CommandOptions) => exit(list(context(options))));

  asking(subcommand('update', 'ask again what the tags mean, fill in what the synthesized app misses, and write the lock'))
    .argument('[pattern...]', PATTERNS)
    .option('--missing', 'only the pins that the synthesized app asks for and the lock lacks')
    .option('--dry-run', 'show what would change, and write nothing')
    .option('--exit-code', 'exit with 1 when something changes, or would')
    .action(async (patterns: string[], options: CommandOptions & UpdateOptions) => exit(await update(patterns, options, context(options))));

  asking(subcommand('outdated', 'show what update would change'))
    .argument('[pattern...]', PATTERNS)
    .option('--exit-code', 'exit with 1 when something would change')
    .action(async (patterns: string[], options: CommandOptions & UpdateOptions) =>
      exit(await update(patterns, { ...options, dryRun: true }, context(options))));

  asking(subcommand('verify', 'check that what is locked can be pulled, is what the tags mean, and is all that the synthesized app asks for'))
    .argument('[pattern...]', PATTERNS)
    .addOption(new Option('--offline', 'compare the lock and the synthesized app only, and ask no registry').conflicts(['strict', 'registryInsecure', 'profile']))
    .option('--strict [pattern...]', 'take a tag that moved, or is gone, for a problem: of all pins, or of those that patterns mean; all are checked')
    .action(async (patterns: string[], options: CommandOptions & VerifyOptions) => exit(await verify(patterns, options, context(options))));

  subcommand('explain', 'show which constructs of the synthesized app use a pin, where in the app they come from, and what they pinned')
    .argument('[pattern...]', PATTERNS)
    .action((patterns: string[], options: CommandOptions) => exit(explain(patterns, context(options))));

  asking(subcommand('report', 'write a page that shows every pin: what scanners found, whether its tag moved, and where the app uses it'))
    .addOption(new Option('--html [file]', 'the page to write, in one file; - is standard output').default(PAGE_FILE))
    .addOption(new Option('--date <date>', 'the date that the page is to show, such as 2026-01-31 (default: none)').argParser(isoDate))
    .addOption(new Option('--offline', 'show what lock and synthesized app have, and ask no registry').conflicts(['registryInsecure', 'profile']))
    .action(async (options: CommandOptions & ReportOptions) => exit(await writeReport(options, context(options))));

  subcommand('prune', 'drop the pins that the synthesized app does not ask for')
    .action(async (options: CommandOptions) => exit(await prune(context(options))));

  return program;
}

function withCommonOptions(command: Command): Command {
  return command
    .addOption(new Option('--context <file>', 'the file with the lock').default(CONTEXT_FILE))
    .option('-o, --output <folder>', "the output of cdk synth (default: cdk.json's, or cdk.out)")
    .addOption(new Option('--format <format>', 'what to write: text for people, JSON for programs, Markdown for pull requests').choices(FORMATS).default('text'))
    .addHelpText('after', EXIT_CODES);
}

/** Adds the options of those that ask registries. */
function asking(command: Command): Command {
  return command
    .option('--profile <name>', "the profile with AWS credentials (default: cdk.json's)")
    .addOption(new Option('--registry-insecure <host>', 'a registry to ask by plain HTTP and without credentials, such as registry.local:5000; may be repeated')
      .argParser(insecureHosts));
}

function insecureHosts(text: string, hosts: string[] = []): string[] {
  if (!isHost(text)) {
    throw new UsageError(`'${text}' is not a registry's host; expected it as in the image's reference, such as 'registry.local:5000'`);
  }
  return [...hosts, text.toLowerCase()];
}

function isoDate(text: string): string {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new UsageError(`'${text}' is no date; expected one in ISO 8601, such as 2026-01-31 or 2026-01-31T18:00Z`);
  }
  return text;
}
