import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, CfnOutput, NestedStack, Stack } from 'aws-cdk-lib';
import { HelloImage } from './hello-image';
import { expectOutput } from './stack-output';
import { DigestPinnedImage } from '../src';

const app = new App({ treeMetadata: false });
const stack = new Stack(app, 'NestedStackTest');
const nested = new NestedStack(stack, 'Nested');

const hello = new HelloImage(stack, 'Hello');
const image = DigestPinnedImage.fromTag(hello.repository, hello.imageTag);
const outputs = [stack, nested].map(scope =>
  new CfnOutput(stack, `ImageUriFrom${scope.node.id}`, { value: image.pinTo(scope).imageUri }));

const integ = new IntegTest(app, 'NestedStackInteg', {
  testCases: [stack],
  stackUpdateWorkflow: false, // would deploy the snapshot, whose assets are not committed
});
const uri = hello.pushedUri(integ);
outputs.forEach(output => expectOutput(integ, output, uri));
