import { Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';
import { CustomResourceFunctionOptions } from './function-options';
import { constructError } from '../errors/construct-error';

/** What the bundles are built for. */
const OLDEST_NODE = 22;

/** The options of one function, which every stack that needs it has, as they are configured for parts of an app. */
export class FunctionConfiguration {
  private readonly configured = new WeakMap<IConstruct, CustomResourceFunctionOptions>();

  /**
   * @param name what users call, for errors
   * @param inStack finds the construct of the function in a stack
   */
  constructor(private readonly name: string, private readonly inStack: (stack: Stack) => IConstruct | undefined) {}

  /** Takes options for all stacks of a scope, or for the stack that it is in. */
  public configure(scope: Construct, options: CustomResourceFunctionOptions): void {
    const place = scope.node.scopes.reverse().find(Stack.isStack) ?? scope;
    const inUse = place.node.findAll().find(construct => Stack.isStack(construct) && this.inStack(construct));
    const problem = (inUse ? `stack '${inUse.node.path}' has its function already; configure it before the first image that needs it` : undefined)
      ?? (this.configured.has(place) ? 'it is configured twice; give all options in one call' : undefined)
      ?? optionsProblem(options);
    if (problem) {
      throw constructError(scope, `${this.name}.configure: ${problem}`);
    }
    this.configured.set(place, options);
  }

  /** The options for a stack: what is not given for it comes from what it is in. */
  public for(stack: Stack): CustomResourceFunctionOptions {
    const options: CustomResourceFunctionOptions = Object.assign({}, ...stack.node.scopes.map(scope => definedOnly(this.configured.get(scope))));
    if (!options.vpc && (options.vpcSubnets || options.securityGroups)) {
      throw constructError(stack, `${this.name}.configure: ${options.vpcSubnets ? 'vpcSubnets' : 'securityGroups'} without vpc would have no effect; give vpc, too`);
    }
    return options;
  }
}

/** Other languages hand over `undefined` for what is left out. */
function definedOnly(options: CustomResourceFunctionOptions = {}): CustomResourceFunctionOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function optionsProblem({ reservedConcurrentExecutions: reserved, runtime }: CustomResourceFunctionOptions): string | undefined {
  if (reserved !== undefined && !Token.isUnresolved(reserved) && !(Number.isSafeInteger(reserved) && reserved >= 1)) {
    return `reservedConcurrentExecutions is ${reserved}; expected a whole number of 1 or more, as the function would never run otherwise`;
  }
  return runtime && runtimeProblem(runtime);
}

function runtimeProblem({ name }: lambda.Runtime): string | undefined {
  return Token.isUnresolved(name) || Number(/^nodejs([0-9]+)\.x$/.exec(name)?.[1]) >= OLDEST_NODE
    ? undefined
    : `the runtime is ${name}; expected nodejs${OLDEST_NODE}.x or a newer one of Node.js`;
}
