import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Whether a scope is within a stack. Of others the cloud assembly has no metadata, so that neither errors nor pins would be seen. */
export function isInStack(scope: Construct): boolean {
  try {
    return Stack.of(scope) !== undefined;
  } catch {
    return false;
  }
}
