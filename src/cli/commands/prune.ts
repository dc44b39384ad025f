import { CommandContext } from './command-context';
import { writeLock } from '../lock-file/lock-file';
import { count, describePin } from '../terminal/describe-pin';
import { SUCCESS } from '../terminal/exit-codes';

/** Drops the pins that the synthesized app does not ask for. */
export async function prune(context: CommandContext): Promise<number> {
  const { file, processContext, report } = context;
  const { lock, assembly } = context.synthesizedState();
  const keys = [...lock.entries.keys(), ...lock.problems.keys()];
  const dropped = keys.filter(key => !assembly.requests.has(key));
  await writeLock(file, new Map(dropped.map(key => [key, undefined])), processContext);

  report.data({ dropped, kept: keys.filter(key => assembly.requests.has(key)) });
  dropped.forEach(key => report.result(`${describePin(key)}: dropped`));
  report.summary(`${dropped.length} of ${count(keys.length, 'pin')} dropped`);
  return SUCCESS;
}
