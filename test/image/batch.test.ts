import { App, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { DigestPinnedImage } from '../../src';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const PRIVATE = `registry.example.com/team/api@${DIGEST}`;
const SIZE = { cpu: 1, memory: Size.mebibytes(512) };

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
});

function pinned(): DigestPinnedImage {
  return DigestPinnedImage.fromDigest(ecr.Repository.fromRepositoryName(stack, 'Api', 'api'), DIGEST);
}

function imageIn(properties: object): void {
  Template.fromStack(stack).hasResourceProperties('AWS::Batch::JobDefinition', properties);
}

const IMAGE = { 'Fn::Join': ['', [Match.anyValue(), { Ref: 'AWS::URLSuffix' }, `/api@${DIGEST}`]] };

test('a container on Fargate has the digest, and its execution role may pull it', () => {
  const container = new batch.EcsFargateContainerDefinition(stack, 'Container', { image: pinned(), ...SIZE });
  new batch.EcsJobDefinition(stack, 'Job', { container });
  imageIn({ ContainerProperties: { Image: IMAGE } });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    Roles: [{ Ref: Match.stringLikeRegexp('ExecutionRole') }],
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['ecr:BatchGetImage']) })]) },
  });
});

test('a container on Amazon EKS has the digest; its nodes pull with their own role', () => {
  const container = new batch.EksContainerDefinition(stack, 'Container', { image: pinned(), cpuLimit: 1, memoryLimit: Size.mebibytes(512) });
  new batch.EksJobDefinition(stack, 'Job', { container });
  imageIn({ EksProperties: { PodProperties: { Containers: [Match.objectLike({ Image: IMAGE })] } } });
});

test('an image of another registry has the digest where everybody may pull it', () => {
  const container = new batch.EcsEc2ContainerDefinition(stack, 'Container', { image: DigestPinnedImage.fromReference(PRIVATE), ...SIZE });
  new batch.EcsJobDefinition(stack, 'Job', { container });
  imageIn({ ContainerProperties: { Image: PRIVATE } });
});

test.each<[string, (image: DigestPinnedImage) => unknown]>([
  ['ECS', image => new batch.EcsFargateContainerDefinition(stack, 'Container', { image, ...SIZE })],
  ['EKS', image => new batch.EksContainerDefinition(stack, 'Container', { image })],
])('credentials that would be lost on %s are an error', (_, container) => {
  const image = DigestPinnedImage.fromReference(PRIVATE, { credentials: new Secret(stack, 'Secret') });
  expect(() => container(image)).toThrow(
    /^Stack\/Container: the credentials of 'registry.example.com\/team\/api' would be lost: the CDK's AWS Batch does not pass them on; copy the image/);
});
