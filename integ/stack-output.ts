import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { CfnOutput } from 'aws-cdk-lib';

/** Asserts that a deployed stack has an output with a value. */
export function expectOutput(integ: IntegTest, output: CfnOutput, value: string) {
  integ.assertions
    .awsApiCall('CloudFormation', 'describeStacks', { StackName: output.stack.stackName })
    .expect(ExpectedResult.objectLike({
      Stacks: [Match.objectLike({
        Outputs: Match.arrayWith([Match.objectLike({ OutputKey: output.logicalId, OutputValue: value })]),
      })],
    }));
}
