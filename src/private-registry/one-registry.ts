import { Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ConstructNote } from '../construct/construct-note';

/** Of an app: its registries by account and Region, as far as these are known. */
const registries = new ConstructNote<Map<string, Construct>>('registries');

/** What sets the registry of the same account and Region, if anything does. */
export function otherRegistry(registry: Construct): Construct | undefined {
  return registries.of(registry.node.root)?.get(environmentOf(registry));
}

export function declareRegistry(registry: Construct): void {
  const known = registries.of(registry.node.root) ?? new Map<string, Construct>();
  registries.set(registry.node.root, known.set(environmentOf(registry), registry));
}

/** Where that is not known, the stack: its nested stacks are deployed to where it is. */
function environmentOf(registry: Construct): string {
  const { account, region } = Stack.of(registry);
  return [account, region].some(part => Token.isUnresolved(part)) ? outermostStack(Stack.of(registry)).node.path : `${account}/${region}`;
}

function outermostStack(stack: Stack): Stack {
  return stack.nestedStackParent ? outermostStack(stack.nestedStackParent) : stack;
}
