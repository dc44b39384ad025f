import { Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Makes a failed validation an error of `synth` where the app is in another language than the CDK.
 *
 * There the CDK runs in a process of its own, and tells of the failure by an exit code that nobody reads: the app would
 * succeed (https://github.com/aws/aws-cdk/issues/27575).
 */
export function failWhereExitCodeIsLost(app: IConstruct): void {
  if (process.env.JSII_AGENT === undefined || !Stage.isStage(app)) {
    return;
  }
  const synth = app.synth.bind(app);
  Object.defineProperty(app, 'synth', {
    configurable: true,
    value: (...options: Parameters<Stage['synth']>) => {
      const assembly = synth(...options);
      if (process.exitCode) {
        throw new Error('the validation of the app failed; see the report above');
      }
      return assembly;
    },
  });
}
