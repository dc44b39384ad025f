import { Command, CommanderError, Option } from 'commander';
import { CommandContext, CommandOptions } from './command-context';
import { list } from './list';
import { prune } from './prune';
import { update } from './update';
import { verify } from './verify';
import { FAILURE, SUCCESS, UsageError, WRONG_USAGE } from '../terminal/exit-codes';
import { currentProcess, ProcessContext } from '../terminal/process-context';
import { reasonOf, stackOf } from '../terminal/reason';

const NAME = 'cdk-image-lock';

const PATTERNS = "keys of the lock or 'repository:tag', with * for any text (default: all pins)";

const EXIT_CODES = `
Exit codes:
  0  done; nothing is wrong
  1  a problem was found, or something failed
  2  wrong usage: nothing was done`;

const DETAILS = `${EXIT_CODES}

Credentials are those that the CDK CLI would use: the app's lookup roles, assumed with
--profile, the environment or AWS_PROFILE, and docker login's for other registries.`;

/** Runs the command and returns its exit code. */
export async function run(args: string[], processContext: ProcessContext, version: string): Promise<number> {
  let exitCode = SUCCESS;
  const program = parser(processContext, version, code => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? SUCCESS : WRONG_USAGE;
    }
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

function parser(processContext: ProcessContext, version: string, exit: (code: number) => void): Command {
  const program = new Command(NAME)
    .description('Looks after the image digests that an app of the AWS CDK has in its cdk.context.json.')
    .version(version, '-V, --version', "show this package's version")
    .exitOverride()
    .configureOutput({ writeOut: text => processContext.stdout.write(text), writeErr: text => processContext.stderr.write(text) })
    .addHelpText('after', DETAILS);

  const subcommand = (nameAndArguments: string, description: string) => withCommonOptions(program.command(nameAndArguments).description(description));

  subcommand('list', 'show every pin of the lock').action((options: CommandOptions) => exit(list(new CommandContext(options, processContext))));

  subcommand('update', 'ask again what the tags mean, fill in what the synthesized app misses, and write the lock')
    .argument('[pattern...]', PATTERNS)
    .action(async (patterns: string[], options: CommandOptions) => exit(await update(patterns, new CommandContext(options, processContext))));

  subcommand('verify', 'check that what is locked can be pulled, is what the tags mean, and is all that the synthesized app asks for')
    .argument('[pattern...]', PATTERNS)
    .option('--strict', 'take a tag that moved, or is gone, for a problem', false)
    .action(async (patterns: string[], options: CommandOptions & { strict: boolean }) =>
      exit(await verify(patterns, options.strict, new CommandContext(options, processContext))));

  subcommand('prune', 'drop the pins that the synthesized app does not ask for')
    .action((options: CommandOptions) => exit(prune(new CommandContext(options, processContext))));

  return program;
}

function withCommonOptions(command: Command): Command {
  return command
    .addOption(new Option('--context <file>', 'the file with the lock').default('cdk.context.json'))
    .option('-o, --output <folder>', "the output of cdk synth (default: cdk.json's, or cdk.out)")
    .option('--profile <name>', "the profile with AWS credentials (default: cdk.json's)")
    .option('--json', 'write JSON on standard output', false)
    .addHelpText('after', EXIT_CODES);
}
