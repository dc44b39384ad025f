import { CommandContext } from './command-context';
import { writeLock } from '../lock-file/lock-file';
import { count, describePin } from '../terminal/describe-pin';
import { SUCCESS, UsageError } from '../terminal/exit-codes';

/** Drops the pins that the synthesized app does not ask for. */
export async function prune(context: CommandContext): Promise<number> {
  const { file, folder, processContext, report } = context;
  const { lock, assembly } = context.synthesizedState();
  const keys = [...lock.entries.keys(), ...lock.problems.keys()];
  if (keys.length > 0 && assembly.requests.size === 0) {
    throw new UsageError(`${folder} asks for no pin at all; expected the output of this app with this release, run cdk synth again, `
      + "or drop all pins with: npx cdk context --reset 'image-digest:*'");
  }
  const dropped = keys.filter(key => !assembly.requests.has(key));
  await writeLock(file, new Map(dropped.map(key => [key, undefined])), processContext);

  report.data({ dropped, kept: keys.length - dropped.length });
  dropped.forEach(key => report.result(`${describePin(key)}: dropped`));
  report.result(`${dropped.length} of ${count(keys.length, 'pin')} dropped`);
  return SUCCESS;
}
