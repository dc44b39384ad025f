import { CfnResource, Stack } from 'aws-cdk-lib';
import { Cluster } from 'aws-cdk-lib/aws-eks';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Chain, DefinitionBody, JsonPath, StateMachine, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import {
  CallAwsService, ContainerDefinition, DockerImage, EksCall, HttpMethods, Mode, S3Location, SageMakerCreateModel, SageMakerCreateTrainingJob,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { synthesized } from './synthesized';
import { ContainerImagePolicy, ContainerImageRule } from '../../src';

jest.setTimeout(60_000);

const DIGEST = `sha256:${'a'.repeat(64)}`;
const { DIGEST_PINNED_IMAGE, UNKNOWN_IMAGE } = ContainerImageRule;

function found(build: (stack: Stack) => void) {
  const { reported } = synthesized(app => {
    ContainerImagePolicy.apply(app, { warnings: [] });
    build(new Stack(app, 'Stack'));
  });
  return reported.map(({ rule, description, locations }) => [rule, /'(.*)'/s.exec(description)![1], ...locations]);
}

/** Each way in which the CDK lets a state machine name an image. */
function machine(stack: Stack, image: DockerImage, name: string) {
  const bucket = Bucket.fromBucketName(stack, 'Bucket', 'bucket');
  const s3Location = S3Location.fromBucket(bucket, 'key');
  const cluster = Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'c', clusterEndpoint: 'e', clusterCertificateAuthorityData: 'd' });
  const chain = Chain.start(new SageMakerCreateTrainingJob(stack, 'Train', {
    trainingJobName: 'a',
    algorithmSpecification: { trainingImage: image },
    inputDataConfig: [{ channelName: 'a', dataSource: { s3DataSource: { s3Location } } }],
    outputDataConfig: { s3OutputLocation: s3Location },
  })).next(new SageMakerCreateModel(stack, 'Model', { modelName: 'a', primaryContainer: new ContainerDefinition({ image, mode: Mode.SINGLE_MODEL }) }))
    .next(new CallAwsService(stack, 'Register', {
      service: 'ecs', action: 'registerTaskDefinition', iamResources: ['*'], parameters: { ContainerDefinitions: [{ Name: 'a', Image: name }] },
    }))
    .next(new EksCall(stack, 'Call', {
      cluster, httpMethod: HttpMethods.POST, httpPath: '/api/v1/pods', requestBody: TaskInput.fromObject({ kind: 'Pod', spec: { containers: [{ image: name }] } }),
    }));
  return new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(chain) });
}

test('images of a state machine', () => {
  expect(found(stack => machine(stack, DockerImage.fromRegistry('nginx:1'), 'nginx:1'))).toEqual([[DIGEST_PINNED_IMAGE, 'nginx:1', ...[
    'Train.Parameters.AlgorithmSpecification.TrainingImage', 'Model.Parameters.PrimaryContainer.Image',
    'Register.Parameters.ContainerDefinitions.0.Image', 'Call.Parameters.RequestBody.spec.containers.0.image',
  ].map(place => `Properties.DefinitionString.States.${place}`)]]);
  expect(found(stack => machine(stack, DockerImage.fromRegistry(`nginx@${DIGEST}`), `nginx@${DIGEST}`))).toEqual([]);
});

test('images that a state machine chooses are not known', () => {
  const image = JsonPath.stringAt('$.image');
  expect(found(stack => machine(stack, DockerImage.fromJsonExpression(image), image)).map(([rule, shown]) => [rule, shown])).toEqual([[UNKNOWN_IMAGE, '${$.image}']]);
});

function ofDefinition(type: string, properties: Record<string, unknown>) {
  return found(stack => new CfnResource(stack, 'Resource', { type, properties })).map(([rule, shown]) => [rule, shown]);
}

const ofStates = (DefinitionString: unknown) => ofDefinition('AWS::StepFunctions::StateMachine', { DefinitionString });

test.each<[string, unknown, unknown[]]>([
  ['JSONata', JSON.stringify({ A: { Resource: 'arn:aws:states:::sagemaker:createModel', Arguments: { PrimaryContainer: { Image: '{% $image %}' } } } }), [[UNKNOWN_IMAGE, '${{% $image %}}']]],
  ['a job by Kubernetes', JSON.stringify({ A: { Resource: 'arn:aws:states:::eks:runJob.sync', Parameters: { Job: { spec: { containers: [{ image: 'a' }] } } } } }), [[DIGEST_PINNED_IMAGE, 'a']]],
  ['what is waited for', JSON.stringify({ A: { Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync:2', Parameters: { AlgorithmSpecification: { TrainingImage: 'a' } } } }), [[DIGEST_PINNED_IMAGE, 'a']]],
  ['another call', JSON.stringify({ A: { Resource: 'arn:aws:states:::lambda:invoke', Parameters: { Image: 'a', image: 'b' } } }), []],
  ['a parameter', { Ref: 'Definition' }, []],
  ['a text that cannot be read', '{"Image": ', [[UNKNOWN_IMAGE, '${JSON that cannot be read}']]],
])('by %s', (_, definition, expected) => {
  expect(ofStates(definition)).toEqual(expected);
});

test.each([
  ['Training', { AlgorithmSpecification: { TrainingImage: 'a' } }],
  ['Processing', { AppSpecification: { ImageUri: 'a' } }],
  ['Model', { PrimaryContainer: { Image: 'a' } }],
  ['Tuning', { TrainingJobDefinition: { AlgorithmSpecification: { TrainingImage: 'a' } } }],
])('of a step %s in a pipeline of SageMaker', (Type, Arguments) => {
  const pipeline = (text: string) => ofDefinition('AWS::SageMaker::Pipeline', { PipelineDefinition: { PipelineDefinitionBody: text } });
  const text = JSON.stringify({ Steps: [{ Name: 'A', Type, Arguments }] });
  expect(pipeline(text)).toEqual([[DIGEST_PINNED_IMAGE, 'a']]);
  expect(pipeline(text.replace('"a"', `"a@${DIGEST}"`))).toEqual([]);
  expect(pipeline(text.replace('"a"', '{"Get":"Parameters.Image"}'))).toEqual([[UNKNOWN_IMAGE, '${value of a step}']]);
});
