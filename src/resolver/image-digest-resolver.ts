import { Construct } from 'constructs';
import { resolverConfiguration } from './stack-resolver';
import { CustomResourceFunctionOptions } from '../custom-resource/function-options';

/**
 * The Lambda function that looks up tags during the deployment of a stack, for the images of `DigestPinnedImage.fromTag`.
 *
 * A stack gets it with the first of these images. Nothing needs to be said about it, except in accounts that ask more of each function.
 */
export class ImageDigestResolver {
  /**
   * Says how the function is to run, in the stack of a scope, or in all stacks of an app or a stage.
   *
   * To be called before the first image of `fromTag` is used there; later it is an error, and so is a second call for the same stack, app
   * or stage. What is not said for a stack comes from the stage or app that it is in; a VPC comes with its subnets and security groups.
   *
   * @param scope an app, a stage, a stack, or a construct in a stack
   * @param options what is to be other than by default
   *
   * @example
   * declare const vpc: ec2.IVpc;
   * declare const logGroup: logs.ILogGroup;
   *
   * ImageDigestResolver.configure(this, { vpc, logGroup });
   */
  public static configure(scope: Construct, options: CustomResourceFunctionOptions): void {
    resolverConfiguration.configure(scope, options);
  }

  private constructor() {}
}
