import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { HelloImage } from './hello-image';
import { expectOutput } from './stack-output';
import { DigestPinnedImage } from '../src';

const app = new App({ treeMetadata: false });
const stack = new Stack(app, 'DigestPinnedImageTest');

const hello = new HelloImage(stack, 'Hello');
const image = DigestPinnedImage.fromTag(hello.repository, hello.imageTag);

const taskDefinition = new FargateTaskDefinition(stack, 'TaskDefinition');
const containers = ['api', 'worker'].map(name => taskDefinition.addContainer(name, { image }));
const output = new CfnOutput(stack, 'ImageUri', { value: image.pinTo(stack).imageUri });

const integ = new IntegTest(app, 'DigestPinnedImageInteg', {
  testCases: [stack],
  stackUpdateWorkflow: false, // would deploy the snapshot, whose assets are not committed
});
const uri = hello.pushedUri(integ);

containers.forEach((_, index) => integ.assertions
  .awsApiCall('ECS', 'describeTaskDefinition', { taskDefinition: taskDefinition.taskDefinitionArn })
  .assertAtPath(`taskDefinition.containerDefinitions.${index}.image`, ExpectedResult.stringLikeRegexp(`^${uri}$`)));
expectOutput(integ, output, uri);
