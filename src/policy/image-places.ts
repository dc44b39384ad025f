import { imagesOfDocument, imagesOfPatch, imagesOfValues } from './kubernetes-images';
import { NamedImage } from './named-image';
import { casesOf, isIntrinsic, isNoValue, textsOf } from './template-text';

const BUILDS = ['AWS::CodeBuild::Project', 'AWS::ElasticBeanstalk::ApplicationVersion'];

/** In a place, `[]` is each element of a list, and `*` each value of a map. */
const BATCH_ECS = 'EcsProperties.TaskProperties[].Containers[].Image';
const BATCH_EKS = ['EksProperties.PodProperties.Containers[].Image', 'EksProperties.PodProperties.InitContainers[].Image'];
const NODE = 'NodeProperties.NodeRangeProperties[]';

/** What puts properties beside those that are written. */
const TRANSFORM = 'Fn::Transform';

/** Where resources of CloudFormation name the images that they run. */
const PLACES: Record<string, string[]> = {
  'AWS::AppRunner::Service': ['SourceConfiguration.ImageRepository.ImageIdentifier'],
  'AWS::Batch::JobDefinition': [
    'ContainerProperties.Image', BATCH_ECS, ...BATCH_EKS,
    `${NODE}.Container.Image`, `${NODE}.${BATCH_ECS}`, ...BATCH_EKS.map(place => `${NODE}.${place}`),
  ],
  'AWS::BedrockAgentCore::Harness': ['EnvironmentArtifact.ContainerConfiguration.ContainerUri'],
  'AWS::BedrockAgentCore::Runtime': ['AgentRuntimeArtifact.ContainerConfiguration.ContainerUri'],
  'AWS::CodeBuild::Project': ['Environment.Image'],
  'AWS::ECS::DaemonTaskDefinition': ['ContainerDefinitions[].Image'],
  'AWS::ECS::ExpressGatewayService': ['PrimaryContainer.Image'],
  'AWS::ECS::TaskDefinition': ['ContainerDefinitions[].Image'],
  'AWS::ElasticBeanstalk::ApplicationVersion': ['BuildConfiguration.Image', 'ImageConfiguration.Source.Uri'],
  'AWS::EMRServerless::Application': ['ImageConfiguration.ImageUri', 'WorkerTypeSpecifications.*.ImageConfiguration.ImageUri'],
  'AWS::GameLift::ContainerGroupDefinition': ['GameServerContainerDefinition.ImageUri', 'SupportContainerDefinitions[].ImageUri'],
  'AWS::IoTAnalytics::Dataset': ['Actions[].ContainerAction.Image'],
  'AWS::Lambda::Function': ['Code.ImageUri'],
  'AWS::Lightsail::Container': ['ContainerServiceDeployment.Containers[].Image'],
  'AWS::Omics::Workflow': ['ContainerRegistryMap.ImageMappings[].DestinationImage'],
  'AWS::Omics::WorkflowVersion': ['ContainerRegistryMap.ImageMappings[].DestinationImage'],
  'AWS::RoboMaker::RobotApplication': ['Environment'],
  'AWS::RoboMaker::SimulationApplication': ['Environment'],
  'AWS::SageMaker::Algorithm': ['InferenceSpecification.Containers[].Image', 'TrainingSpecification.TrainingImage'],
  'AWS::SageMaker::DataQualityJobDefinition': ['DataQualityAppSpecification.ImageUri'],
  'AWS::SageMaker::ImageVersion': ['BaseImage'],
  'AWS::SageMaker::InferenceComponent': ['Specification.Container.Image', 'Specifications[].Container.Image'],
  'AWS::SageMaker::Model': ['PrimaryContainer.Image', 'Containers[].Image'],
  'AWS::SageMaker::ModelBiasJobDefinition': ['ModelBiasAppSpecification.ImageUri'],
  'AWS::SageMaker::ModelExplainabilityJobDefinition': ['ModelExplainabilityAppSpecification.ImageUri'],
  'AWS::SageMaker::ModelPackage': [
    'InferenceSpecification.Containers[].Image',
    'AdditionalInferenceSpecifications[].Containers[].Image',
    'AdditionalInferenceSpecificationsToAdd[].Containers[].Image',
  ],
  'AWS::SageMaker::ModelQualityJobDefinition': ['ModelQualityAppSpecification.ImageUri'],
  'AWS::SageMaker::MonitoringSchedule': ['MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringAppSpecification.ImageUri'],
  'AWS::SageMaker::ProcessingJob': ['AppSpecification.ImageUri'],
  'AWS::Serverless::Function': ['ImageUri'],
};

/** Where the custom resources of the CDK hand over JSON texts to Kubernetes. */
const DOCUMENTS: Record<string, Record<string, (property: string, value: unknown) => NamedImage[]>> = {
  'AWS::EKS::Addon': { ConfigurationValues: imagesOfValues },
  'Custom::AWSCDK-EKS-HelmChart': { Values: imagesOfValues },
  'Custom::AWSCDK-EKS-KubernetesPatch': { ApplyPatchJson: imagesOfPatch, RestorePatchJson: imagesOfPatch },
  'Custom::AWSCDK-EKS-KubernetesResource': { Manifest: imagesOfDocument },
};

/** Whether resources of this type name images. */
export function namesImages(type: string): boolean {
  return Object.hasOwn(PLACES, type) || Object.hasOwn(DOCUMENTS, type);
}

/** The images that a resource names, one for each case of those that CloudFormation decides about. */
export function imagesOf(type: string, properties: Readonly<Record<string, unknown>>): NamedImage[] {
  return [
    ...(PLACES[type] ?? []).flatMap(place => imagesAt(properties, place.replaceAll('[]', '.*').split('.'), [])),
    ...Object.entries(DOCUMENTS[type] ?? {}).flatMap(([property, find]) => find(property, properties[property])),
  ].filter(image => image.text.length > 0 && !isElsewhere(type, image));
}

function imagesAt(value: unknown, [name, ...rest]: string[], way: string[]): NamedImage[] {
  const location = way.join('.');
  if (name === undefined) {
    return textsOf(value).map(text => ({ location, text }));
  }
  const cases = casesOf(value);
  if (cases) {
    return cases.flatMap(one => imagesAt(one, [name, ...rest], way));
  }
  if (isIntrinsic(value)) {
    return isNoValue(value) ? [] : [{ location, text: [value] }];
  }
  const { [TRANSFORM]: transform, ...others } = Object(value);
  const children = name === '*' ? Object.entries(others) : [[name, others[name]] as const];
  const isTransformed = transform !== undefined && (name === '*' || others[name] === undefined);
  return [
    ...children.flatMap(([key, child]) => imagesAt(child, rest, [...way, key])),
    ...(isTransformed ? [{ location, text: [{ [TRANSFORM]: transform }] }] : []),
  ];
}

/** Images of AWS CodeBuild itself have no digest that one could know, and those that were pushed to Amazon Lightsail have a version. */
function isElsewhere(type: string, { text: [start, ...rest] }: NamedImage): boolean {
  return typeof start === 'string' && ((BUILDS.includes(type) && start.startsWith('aws/codebuild/'))
    || (type === 'AWS::Lightsail::Container' && rest.length === 0 && /^:.*\.\d+$/.test(start)));
}
