import { Construct } from 'constructs';
import { configureFunctions } from './function-configuration';
import { CustomResourceFunctionOptions } from './function-options';

/**
 * The Lambda functions that work during the deployment of a stack: one for the tags of `DigestPinnedImage.fromTag`, one for the gates of
 * `gatedBy`, and one for `markedAsDeployed`.
 *
 * A stack gets each with the first image that needs it. Nothing needs to be said about them, except in accounts that ask more of each
 * function.
 */
export class CustomResourceFunctions {
  /**
   * Says how the functions are to run, in the stack of a scope, or in all stacks of an app or a stage.
   *
   * To be called before the first image there that needs a function; later it is an error, and so is a second call for the same stack, app
   * or stage. What is not said for a stack comes from the stage or app that it is in; a VPC comes with its subnets and security groups.
   *
   * @param scope an app, a stage, a stack, or a construct in a stack
   * @param options what is to be other than by default
   *
   * @example
   * declare const vpc: ec2.IVpc;
   * declare const logGroup: logs.ILogGroup;
   *
   * CustomResourceFunctions.configure(this, { vpc, logGroup });
   */
  public static configure(scope: Construct, options: CustomResourceFunctionOptions): void {
    configureFunctions(scope, options);
  }

  private constructor() {}
}
