import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { HelloImage } from './hello-image';
import { expectOutput } from './stack-output';
import { DigestPinnedImage, ImageGate, ScanStatus } from '../src';

const app = new App({ treeMetadata: false });
const stack = new Stack(app, 'GatedImageTest');

const hello = new HelloImage(stack, 'Hello');
const image = DigestPinnedImage.fromTag(hello.repository, hello.imageTag)
  // It has no operating system, which basic scanning calls failed, and enhanced scanning unsupported.
  .gatedBy(ImageGate.scanned({ allow: [ScanStatus.FAILED, ScanStatus.UNSUPPORTED_IMAGE] }))
  .markedAsDeployed();

const taskDefinition = new FargateTaskDefinition(stack, 'TaskDefinition');
taskDefinition.addContainer('api', { image });
const output = new CfnOutput(stack, 'ImageUri', { value: image.pinTo(stack).imageUri });

const integ = new IntegTest(app, 'GatedImageInteg', {
  testCases: [stack],
  stackUpdateWorkflow: false, // would deploy the snapshot, whose assets are not committed
});
const uri = hello.pushedUri(integ);

integ.assertions
  .awsApiCall('ECS', 'describeTaskDefinition', { taskDefinition: taskDefinition.taskDefinitionArn })
  .assertAtPath('taskDefinition.containerDefinitions.0.image', ExpectedResult.stringLikeRegexp(`^${uri}$`));
expectOutput(integ, output, uri);

integ.assertions
  .awsApiCall('ECR', 'describeImages', { repositoryName: hello.repository.repositoryName, imageIds: [{ imageTag: hello.imageTag }] })
  .expect(ExpectedResult.objectLike({
    imageDetails: [Match.objectLike({ imageTags: Match.arrayWith([Match.stringLikeRegexp('^deployed-[0-9a-f]{32}$')]) })],
  }));
