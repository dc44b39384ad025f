import { Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Makes a failed validation an error of `synth` where the app is in another language than the CDK.
 *
 * There the CDK runs in a process of its own, and tells of the failure by an exit code that nobody reads: the app would
 * succeed (https://github.com/aws/aws-cdk/issues/27575). It may have several apps, as in unit tests, so an exit code counts only where it
 * was set by this app.
 */
export function failWhereExitCodeIsLost(app: IConstruct): void {
  if (process.env.JSII_AGENT === undefined || !Stage.isStage(app)) {
    return;
  }
  let refused: ReturnType<Stage['synth']> | undefined;
  // Other languages call the methods of the class, whatever the object has instead.
  const failing = class extends (app.constructor as typeof Stage) {
    public synth(...options: Parameters<Stage['synth']>) {
      const { exitCode } = process;
      process.exitCode = undefined;
      try {
        const assembly = super.synth(...options);
        // The same assembly again was not validated again.
        if (process.exitCode || assembly === refused) {
          refused = assembly;
          throw new Error('the validation of the app failed; see the report above');
        }
        return assembly;
      } finally {
        process.exitCode ??= exitCode;
      }
    }
  };
  Object.setPrototypeOf(app, failing.prototype);
}
