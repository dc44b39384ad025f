import { Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ConstructNote } from '../construct/construct-note';

/** Of an app: what its policies have found. */
const findings = new ConstructNote<(() => string[])[]>('findingsOfPolicies');

/**
 * Makes a failed validation an error of `synth` where the app is in another language than the CDK.
 *
 * There the CDK runs in a process of its own, and tells of the failure by an exit code that nobody reads: the app would
 * succeed (https://github.com/aws/aws-cdk/issues/27575). It may have several apps, as in unit tests, so an exit code counts only where it
 * was set by this app.
 *
 * @param found what a policy of the app has found; the report of the CDK may get lost when the app ends with an error
 */
export function failWhereExitCodeIsLost(app: IConstruct, found: () => string[]): void {
  if (process.env.JSII_AGENT === undefined || !Stage.isStage(app)) {
    return;
  }
  const others = findings.of(app);
  findings.set(app, [...others ?? [], found]);
  if (!others) {
    failOnExitCode(app);
  }
}

function failOnExitCode(app: Stage): void {
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
          throw new Error(['the validation of the app failed, as its report says', ...findings.of(app)!.flatMap(found => found())].join('\n  '));
        }
        return assembly;
      } finally {
        process.exitCode ??= exitCode;
      }
    }
  };
  Object.setPrototypeOf(app, failing.prototype);
}
