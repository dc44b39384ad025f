import { Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';
import { CustomResourceFunctionOptions } from './function-options';
import { constructError } from '../construct/construct-error';
import { ConstructNote } from '../construct/construct-note';

/** What the bundles are built for. */
const OLDEST_NODE = 22;

/** The options of one function, which every stack that needs it has, as they are configured for parts of an app. */
export class FunctionConfiguration {
  private readonly configured: ConstructNote<CustomResourceFunctionOptions>;

  /**
   * @param name what users call
   * @param inStack finds the construct of the function in a stack
   */
  constructor(private readonly name: string, private readonly inStack: (stack: Stack) => IConstruct | undefined) {
    this.configured = new ConstructNote(`${name}.options`);
  }

  /** Takes options for all stacks of a scope, or for the stack that it is in. */
  public configure(scope: Construct, given: CustomResourceFunctionOptions): void {
    const options = onlyGiven(given);
    const place = scope.node.scopes.reverse().find(Stack.isStack) ?? scope;
    const inUse = place.node.findAll().find(construct => Stack.isStack(construct) && this.inStack(construct));
    const problem = (inUse ? `stack '${inUse.node.path}' has its function already; configure it before the first image that needs it` : undefined)
      ?? (this.configured.of(place) ? 'it is configured twice; give all options in one call' : undefined)
      ?? optionsProblem(options);
    if (problem) {
      throw constructError(scope, `${this.name}.configure: ${problem}`);
    }
    this.configured.set(place, options);
  }

  /** The options for a stack: what is not given for it comes from what it is in. A VPC comes with its own subnets and security groups. */
  public for(stack: Stack): CustomResourceFunctionOptions {
    let options: CustomResourceFunctionOptions = {};
    for (const scope of stack.node.scopes) {
      const given = this.configured.of(scope) ?? {};
      options = { ...options, ...(given.vpc && { vpcSubnets: undefined, securityGroups: undefined }), ...given };
    }
    if (!options.vpc && (options.vpcSubnets || options.securityGroups)) {
      throw constructError(stack, `${this.name}.configure: ${options.vpcSubnets ? 'vpcSubnets' : 'securityGroups'} without vpc would have no effect; give vpc, too`);
    }
    return options;
  }
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
