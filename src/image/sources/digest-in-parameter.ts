import { Stack, Token } from 'aws-cdk-lib';
import { IStringParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { FixedDigest } from './fixed-digest';
import { PinSource } from './pin-source';
import { constructError } from '../../construct/construct-error';

/** Of the parameters that are read in a stack because another one imports them. */
const SCOPE_ID = 'CdkSecureRepositoryParameters';

/**
 * A digest that is kept in an SSM parameter.
 *
 * It is read in the stack that uses it: handed over by another stack it would be an export, which CloudFormation does not let change
 * while it is in use, and promoting would be blocked.
 */
export class DigestInParameter implements PinSource {
  constructor(private readonly parameter: IStringParameter) {}

  public digestFor(scope: Construct): string {
    return new FixedDigest(this.parameterFor(outermost(Stack.of(scope))).stringValue).digestFor(scope);
  }

  private parameterFor(stack: Stack): IStringParameter {
    const { parameter } = this;
    const own = outermost(Stack.of(parameter));
    if (own === stack) {
      return parameter;
    }
    const { parameterName } = parameter;
    if (Token.isUnresolved(parameterName) || own.environment !== stack.environment) {
      const reason = Token.isUnresolved(parameterName) ? 'its name is not known at synth' : `the stack is in ${stack.environment}, and the parameter in ${own.environment}`;
      throw constructError(parameter, `the parameter cannot be read in stack '${stack.node.path}': ${reason}; `
        + 'import it in that stack with StringParameter.fromStringParameterName');
    }
    const scope = stack.node.tryFindChild(SCOPE_ID) ?? new Construct(stack, SCOPE_ID);
    return (scope.node.tryFindChild(parameterName) as IStringParameter | undefined)
      ?? StringParameter.fromStringParameterName(scope as Construct, parameterName, parameterName);
  }
}

/** Nested stacks get values from the stack that they are in. */
function outermost(stack: Stack): Stack {
  return stack.nestedStackParent ? outermost(stack.nestedStackParent) : stack;
}
