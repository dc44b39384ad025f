import { CfnParameter, CfnResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';

type Naming = (image: string) => Record<string, unknown>;

/** Every place where CloudFormation takes the name of an image. */
const RAW: Record<string, [string, Naming]> = {
  EcsTask: ['AWS::ECS::TaskDefinition', Image => ({ ContainerDefinitions: [{ Name: 'a', Image }] })],
  EcsDaemon: ['AWS::ECS::DaemonTaskDefinition', Image => ({ ContainerDefinitions: [{ Name: 'a', Image }] })],
  EcsExpress: ['AWS::ECS::ExpressGatewayService', Image => ({ PrimaryContainer: { Image } })],
  Lambda: ['AWS::Lambda::Function', ImageUri => ({ Code: { ImageUri }, PackageType: 'Image' })],
  Sam: ['AWS::Serverless::Function', ImageUri => ({ ImageUri, PackageType: 'Image' })],
  AppRunner: ['AWS::AppRunner::Service', ImageIdentifier => ({ SourceConfiguration: { ImageRepository: { ImageIdentifier, ImageRepositoryType: 'ECR' } } })],
  BatchContainer: ['AWS::Batch::JobDefinition', Image => ({ Type: 'container', ContainerProperties: { Image } })],
  BatchEcs: ['AWS::Batch::JobDefinition', Image => ({ EcsProperties: { TaskProperties: [{ Containers: [{ Image }] }] } })],
  BatchEks: ['AWS::Batch::JobDefinition', Image => ({ EksProperties: { PodProperties: { Containers: [{ Image }] } } })],
  BatchEksInit: ['AWS::Batch::JobDefinition', Image => ({ EksProperties: { PodProperties: { InitContainers: [{ Image }] } } })],
  BatchNode: ['AWS::Batch::JobDefinition', Image => ({ NodeProperties: { NodeRangeProperties: [{ TargetNodes: '0:', Container: { Image } }] } })],
  BatchNodeEcs: ['AWS::Batch::JobDefinition',
    Image => ({ NodeProperties: { NodeRangeProperties: [{ EcsProperties: { TaskProperties: [{ Containers: [{ Image }] }] } }] } })],
  BatchNodeEks: ['AWS::Batch::JobDefinition',
    Image => ({ NodeProperties: { NodeRangeProperties: [{ EksProperties: { PodProperties: { Containers: [{ Image }] } } }] } })],
  SageMakerAlgorithm: ['AWS::SageMaker::Algorithm', TrainingImage => ({ TrainingSpecification: { TrainingImage } })],
  SageMakerAlgorithmInference: ['AWS::SageMaker::Algorithm', Image => ({ InferenceSpecification: { Containers: [{ Image }] } })],
  SageMakerDataQuality: ['AWS::SageMaker::DataQualityJobDefinition', ImageUri => ({ DataQualityAppSpecification: { ImageUri } })],
  SageMakerModelBias: ['AWS::SageMaker::ModelBiasJobDefinition', ImageUri => ({ ModelBiasAppSpecification: { ImageUri } })],
  SageMakerExplainability: ['AWS::SageMaker::ModelExplainabilityJobDefinition', ImageUri => ({ ModelExplainabilityAppSpecification: { ImageUri } })],
  SageMakerModelQuality: ['AWS::SageMaker::ModelQualityJobDefinition', ImageUri => ({ ModelQualityAppSpecification: { ImageUri } })],
  SageMakerMonitoring: ['AWS::SageMaker::MonitoringSchedule',
    ImageUri => ({ MonitoringScheduleConfig: { MonitoringJobDefinition: { MonitoringAppSpecification: { ImageUri } } } })],
  SageMakerProcessing: ['AWS::SageMaker::ProcessingJob', ImageUri => ({ AppSpecification: { ImageUri } })],
  SageMakerImage: ['AWS::SageMaker::ImageVersion', BaseImage => ({ BaseImage })],
  SageMakerModel: ['AWS::SageMaker::Model', Image => ({ PrimaryContainer: { Image } })],
  SageMakerPipeline: ['AWS::SageMaker::Model', Image => ({ Containers: [{ Image }] })],
  SageMakerComponent: ['AWS::SageMaker::InferenceComponent', Image => ({ Specification: { Container: { Image } } })],
  SageMakerPackage: ['AWS::SageMaker::ModelPackage', Image => ({ InferenceSpecification: { Containers: [{ Image }] } })],
  SageMakerPackageMore: ['AWS::SageMaker::ModelPackage', Image => ({ AdditionalInferenceSpecifications: [{ Name: 'a', Containers: [{ Image }] }] })],
  AgentCore: ['AWS::BedrockAgentCore::Runtime', ContainerUri => ({ AgentRuntimeArtifact: { ContainerConfiguration: { ContainerUri } } })],
  AgentCoreHarness: ['AWS::BedrockAgentCore::Harness', ContainerUri => ({ EnvironmentArtifact: { ContainerConfiguration: { ContainerUri } } })],
  Beanstalk: ['AWS::ElasticBeanstalk::ApplicationVersion', Uri => ({ ImageConfiguration: { Source: { Uri } } })],
  BeanstalkBuild: ['AWS::ElasticBeanstalk::ApplicationVersion', Image => ({ BuildConfiguration: { Image } })],
  CodeBuild: ['AWS::CodeBuild::Project', Image => ({ Environment: { Image, Type: 'LINUX_CONTAINER' } })],
  Emr: ['AWS::EMRServerless::Application', ImageUri => ({ ImageConfiguration: { ImageUri } })],
  EmrWorkers: ['AWS::EMRServerless::Application', ImageUri => ({ WorkerTypeSpecifications: { DRIVER: { ImageConfiguration: { ImageUri } } } })],
  GameLift: ['AWS::GameLift::ContainerGroupDefinition', ImageUri => ({ GameServerContainerDefinition: { ImageUri } })],
  GameLiftSupport: ['AWS::GameLift::ContainerGroupDefinition', ImageUri => ({ SupportContainerDefinitions: [{ ImageUri }] })],
  Lightsail: ['AWS::Lightsail::Container', Image => ({ ContainerServiceDeployment: { Containers: [{ ContainerName: 'a', Image }] } })],
  IotAnalytics: ['AWS::IoTAnalytics::Dataset', Image => ({ Actions: [{ ContainerAction: { Image } }] })],
  Omics: ['AWS::Omics::Workflow', DestinationImage => ({ ContainerRegistryMap: { ImageMappings: [{ DestinationImage }] } })],
  OmicsVersion: ['AWS::Omics::WorkflowVersion', DestinationImage => ({ ContainerRegistryMap: { ImageMappings: [{ DestinationImage }] } })],
  RobotApplication: ['AWS::RoboMaker::RobotApplication', Environment => ({ Environment })],
  SimulationApplication: ['AWS::RoboMaker::SimulationApplication', Environment => ({ Environment })],
  Addon: ['AWS::EKS::Addon', image => ({ ConfigurationValues: JSON.stringify({ sidecar: { image } }) })],
  Manifest: ['Custom::AWSCDK-EKS-KubernetesResource', image => ({
    Manifest: JSON.stringify([
      { kind: 'Deployment', spec: { template: { spec: { containers: [{ name: 'a', image }] } } } },
      { kind: 'ConfigMap', data: { image: 'of:the-user' } },
    ]),
  })],
  ManifestInit: ['Custom::AWSCDK-EKS-KubernetesResource', image => ({ Manifest: JSON.stringify([{ kind: 'Pod', spec: { initContainers: [{ image }] } }]) })],
  ManifestJoin: ['Custom::AWSCDK-EKS-KubernetesResource', image => ({
    Manifest: {
      'Fn::Join': ['', [
        '[{"kind":"Pod","metadata":{"name":"', { Ref: 'AWS::StackName' }, '","replicas":', { Ref: 'AWS::Region' }, `},"spec":{"containers":[{"image":"${image}"}]}}]`,
      ]],
    },
  })],
  Patch: ['Custom::AWSCDK-EKS-KubernetesPatch', image => ({ ApplyPatchJson: JSON.stringify({ spec: { containers: [{ image }] } }), RestorePatchJson: '{}' })],
  PatchOperation: ['Custom::AWSCDK-EKS-KubernetesPatch',
    value => ({ ApplyPatchJson: JSON.stringify([{ op: 'replace', path: '/spec/containers/0/image', value }]), PatchType: 'json' })],
  Volume: ['Custom::AWSCDK-EKS-KubernetesResource',
    reference => ({ Manifest: JSON.stringify([{ kind: 'Pod', spec: { volumes: [{ image: { reference } }] } }]) })],
  Helm: ['Custom::AWSCDK-EKS-HelmChart', image => ({ Chart: 'a', Values: JSON.stringify({ sidecar: { image } }) })],
  HelmParts: ['Custom::AWSCDK-EKS-HelmChart', image => ({ Chart: 'a', Values: JSON.stringify({ image: partsOf(image) }) })],
};

/** As charts have it. */
function partsOf(image: string) {
  const [, repository, tag, digest] = /^(.*?)(?::([^:/@]*))?(?:@(.*))?$/.exec(image)!;
  return { repository, ...(tag && { tag }), ...(digest && { digest }), pullPolicy: 'Always' };
}

/**
 * Names an image in every place, and by each way of writing an app: L1, L2, escape hatch, raw resource, nested stack and stage. Gives the paths
 * of the resources that name it.
 */
export function nameEverywhere(scope: IConstruct, image: string): string[] {
  const raw = new Stack(scope as Stage, 'Raw');
  const resources = Object.entries(RAW).map(([id, [type, properties]]) => new CfnResource(raw, id, { type, properties: properties(image) }));
  return [
    ...resources.map(({ node }) => node.path),
    ...byEachWay(new Stack(scope as Stage, 'Ways'), image),
    ...byEachWay(new NestedStack(new Stack(scope as Stage, 'Outer'), 'Inner'), image),
    ...byEachWay(new Stack(new Stage(scope, 'Stage'), 'Ways'), image),
    ...byEachWay(new NestedStack(new Stack(new Stage(new Stage(scope, 'Far'), 'Away'), 'Outer'), 'Inner'), image),
  ];
}

export function byEachWay(stack: Stack, image: string): string[] {
  const other = `nginx@sha256:${'0'.repeat(64)}`;
  const l2 = new ecs.FargateTaskDefinition(stack, 'L2');
  l2.addContainer('Api', { image: ecs.ContainerImage.fromRegistry(other) });
  l2.addContainer('Sidecar', { image: ecs.ContainerImage.fromRegistry(image) });

  const l1 = new ecs.CfnTaskDefinition(stack, 'L1', { containerDefinitions: [{ name: 'a', image }] });

  const overridden = new ecs.FargateTaskDefinition(stack, 'Overridden');
  overridden.addContainer('Api', { image: ecs.ContainerImage.fromRegistry(other) });
  (overridden.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride('ContainerDefinitions.0.Image', image);

  const deployed = new lambda.CfnFunction(stack, 'Function', { code: { imageUri: other }, role: 'role' });
  deployed.addOverride('Properties.Code.ImageUri', image);

  const decided = new CfnResource(stack, 'Decided', {
    type: 'AWS::ECS::TaskDefinition',
    properties: { ContainerDefinitions: { 'Fn::If': ['Large', [{ Image: { 'Fn::If': ['Next', image, other] } }], { Ref: 'AWS::NoValue' }] } },
  });
  new CfnParameter(stack, 'Unused');
  return [l2.node.defaultChild!, l1, overridden.node.defaultChild!, deployed, decided].map(({ node }) => node.path);
}
