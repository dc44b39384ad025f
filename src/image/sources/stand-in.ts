import { Annotations, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { PinSource } from './pin-source';
import { DUMMY_DIGEST } from '../../names/dummy-digest';

/** How the text begins that `StringParameter.valueFromLookup` has for a value which the CDK CLI looks up later. */
const DUMMY_VALUE = 'dummy-value-for-';

/** Whether a text holds what the CDK has for a value that it has yet to look up. An environment variable that is not set is no text at all. */
export function isDummy(text?: string): boolean {
  return typeof text === 'string' && text.includes(DUMMY_VALUE);
}

/**
 * Whether the app asks the CDK CLI to look something up, which then runs it again.
 *
 * Until then there are stand-ins for what is looked up, and an error that is thrown about one would keep the CLI from looking up.
 */
export function isLookingUp(scope: IConstruct): boolean {
  return scope.node.root.node.findAll().some(construct => Stack.isStack(construct) && missingContext(construct).length > 0);
}

/** The CDK tells nobody before the end of synthesis. */
function missingContext(stack: Stack): unknown[] {
  return (stack as unknown as { readonly _missingContext?: unknown[] })._missingContext ?? [];
}

/** In place of a digest, as long as what it depends on has yet to be looked up. */
export class StandIn implements PinSource {
  constructor(private readonly problem: string) {}

  public digestFor(scope: Construct): string {
    Annotations.of(scope).addError(this.problem);
    return DUMMY_DIGEST;
  }
}
