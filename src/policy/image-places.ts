import { NamedImage } from './named-image';
import { casesOf, TemplateText, textsOf } from './template-text';
import { isIntrinsic, isNoValue } from '../construct/intrinsic';

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
  // No resources of CloudFormation, but calls that are made in the same way.
  'training job': ['AlgorithmSpecification.TrainingImage'],
  'hyperparameter tuning job': ['TrainingJobDefinition.AlgorithmSpecification.TrainingImage', 'TrainingJobDefinitions[].AlgorithmSpecification.TrainingImage'],
};

/** Whether there are such places in resources of this type. */
export function hasPlaces(type: string): boolean {
  return Object.hasOwn(PLACES, type);
}

type TextsOf = (value: unknown) => TemplateText[];

/** The images in the properties of a resource, or in a document that has the same. */
export function imagesInPlaces(type: string, properties: unknown, location = '', textsOfValue: TextsOf = value => textsOf(value)): NamedImage[] {
  return hasPlaces(type)
    ? PLACES[type].flatMap(place => imagesAt(properties, place.replaceAll('[]', '.*').split('.'), location === '' ? [] : [location], textsOfValue))
    : [];
}

function imagesAt(value: unknown, [name, ...rest]: string[], way: string[], textsOfValue: TextsOf): NamedImage[] {
  const location = way.join('.');
  if (name === undefined) {
    return textsOfValue(value).map(text => ({ location, text }));
  }
  const cases = casesOf(value);
  if (cases) {
    return cases.flatMap(one => imagesAt(one, [name, ...rest], way, textsOfValue));
  }
  if (isIntrinsic(value)) {
    return isNoValue(value) ? [] : [{ location, text: [value] }];
  }
  if (typeof value === 'string') {
    // What is filled into a document in place of an object.
    return textsOfValue(value).filter(([part]) => typeof part === 'object').map(text => ({ location, text }));
  }
  const { [TRANSFORM]: transform, ...others } = Object(value);
  const children = name === '*' ? Object.entries(others) : [[name, others[name]] as const];
  const isTransformed = transform !== undefined && (name === '*' || others[name] === undefined);
  return [
    ...children.flatMap(([key, child]) => imagesAt(child, rest, [...way, key], textsOfValue)),
    ...(isTransformed ? [{ location, text: [{ [TRANSFORM]: transform }] }] : []),
  ];
}
