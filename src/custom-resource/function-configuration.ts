import { Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { CustomResourceFunctionOptions } from './function-options';
import { constructError } from '../construct/construct-error';
import { ConstructNote } from '../construct/construct-note';

/** What the bundles are built for. */
const OLDEST_NODE = 22;

const NAME = 'CustomResourceFunctions.configure';

/** Of apps, stages and stacks. */
const configured = new ConstructNote<CustomResourceFunctionOptions>('CustomResourceFunctions.options');

/** Of stacks that have a function. */
const inUse = new ConstructNote<true>('CustomResourceFunctions.inUse');

/** Takes options for all stacks of a scope, or for the stack that it is in. */
export function configureFunctions(scope: Construct, given: CustomResourceFunctionOptions): void {
  const options = onlyGiven(given);
  const place = scope.node.scopes.reverse().find(Stack.isStack) ?? scope;
  const late = place.node.findAll().find(construct => inUse.of(construct));
  const problem = (late ? `stack '${late.node.path}' has a function already; configure it before the first image that needs one` : undefined)
    ?? (configured.of(place) ? 'it is configured twice; give all options in one call' : undefined)
    ?? optionsProblem(options);
  if (problem) {
    throw constructError(scope, `${NAME}: ${problem}`);
  }
  configured.set(place, options);
}

/**
 * The options for a function of a stack: what is not given for the stack comes from what it is in. A VPC comes with its own subnets and
 * security groups.
 */
export function functionOptions(stack: Stack): CustomResourceFunctionOptions {
  let options: CustomResourceFunctionOptions = {};
  for (const scope of stack.node.scopes) {
    const given = configured.of(scope) ?? {};
    options = { ...options, ...(given.vpc && { vpcSubnets: undefined, securityGroups: undefined }), ...given };
  }
  if (!options.vpc && (options.vpcSubnets || options.securityGroups)) {
    throw constructError(stack, `${NAME}: ${options.vpcSubnets ? 'vpcSubnets' : 'securityGroups'} without vpc would have no effect; give vpc, too`);
  }
  inUse.set(stack, true);
  return options;
}

/** Without what is left out, for which other languages hand over `undefined` or `null`. */
function onlyGiven(options: CustomResourceFunctionOptions): CustomResourceFunctionOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null));
}

function optionsProblem({ reservedConcurrentExecutions: reserved, runtime }: CustomResourceFunctionOptions): string | undefined {
  if (reserved !== undefined && !Token.isUnresolved(reserved) && !(Number.isSafeInteger(reserved) && reserved >= 1)) {
    return `reservedConcurrentExecutions is ${reserved}; expected a whole number of 1 or more, as the function would never run otherwise`;
  }
  return runtime && runtimeProblem(runtime);
}

function runtimeProblem(runtime: lambda.Runtime): string | undefined {
  return runsBundles(runtime) ? undefined : `the runtime is ${runtime.name}; expected nodejs${OLDEST_NODE}.x or a newer one of Node.js`;
}

/** Whether our bundles run with a runtime, as far as its name is known. */
export function runsBundles({ name }: lambda.Runtime): boolean {
  return Token.isUnresolved(name) || Number(/^nodejs([0-9]+)\.x$/.exec(name)?.[1]) >= OLDEST_NODE;
}
