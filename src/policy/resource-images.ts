import { imagesOfPipeline, imagesOfStateMachine } from './call-images';
import { hasPlaces, imagesInPlaces } from './image-places';
import { imagesOfDocument, imagesOfPatch, imagesOfValues } from './kubernetes-images';
import { NamedImage } from './named-image';

const BUILDS = ['AWS::CodeBuild::Project', 'AWS::ElasticBeanstalk::ApplicationVersion'];

/** Where resources have documents in which images are named: of Kubernetes, or of calls to AWS. */
const DOCUMENTS: Record<string, Record<string, (property: string, value: unknown) => NamedImage[]>> = {
  'AWS::EKS::Addon': { ConfigurationValues: imagesOfValues },
  'AWS::SageMaker::Pipeline': { PipelineDefinition: imagesOfPipeline },
  'AWS::StepFunctions::StateMachine': { Definition: imagesOfStateMachine, DefinitionString: imagesOfStateMachine },
  'Custom::AWSCDK-EKS-HelmChart': { Values: imagesOfValues },
  'Custom::AWSCDK-EKS-KubernetesPatch': { ApplyPatchJson: imagesOfPatch, RestorePatchJson: imagesOfPatch },
  'Custom::AWSCDK-EKS-KubernetesResource': { Manifest: imagesOfDocument },
};

/** Whether resources of this type name images. */
export function namesImages(type: string): boolean {
  return hasPlaces(type) || Object.hasOwn(DOCUMENTS, type);
}

/** The images that a resource names, one for each case of those that CloudFormation decides about. */
export function imagesOf(type: string, properties: Readonly<Record<string, unknown>>): NamedImage[] {
  return [
    ...imagesInPlaces(type, properties),
    ...Object.entries(DOCUMENTS[type] ?? {}).flatMap(([property, find]) => find(property, properties[property])),
  ].filter(image => image.text.length > 0 && !isElsewhere(type, image));
}

/** Images of AWS CodeBuild itself have no digest that one could know, and those that were pushed to Amazon Lightsail have a version. */
function isElsewhere(type: string, { text: [start, ...rest] }: NamedImage): boolean {
  return typeof start === 'string' && ((BUILDS.includes(type) && start.startsWith('aws/codebuild/'))
    || (type === 'AWS::Lightsail::Container' && rest.length === 0 && /^:.*\.\d+$/.test(start)));
}
