import { imagesInPlaces } from './image-places';
import { documentsOf, JsonDocument } from './json-text';
import { imagesOfContent } from './kubernetes-images';
import { NamedImage } from './named-image';
import { TemplateText } from './template-text';

/** The resources that calls of AWS make, where both name images in the same places. */
const CALLS: Record<string, string> = {
  'batch:registerJobDefinition': 'AWS::Batch::JobDefinition',
  'ecs:registerTaskDefinition': 'AWS::ECS::TaskDefinition',
  'lambda:createFunction': 'AWS::Lambda::Function',
  'lambda:updateFunctionCode': 'AWS::Serverless::Function',
  'sagemaker:createHyperParameterTuningJob': 'hyperparameter tuning job',
  'sagemaker:createModel': 'AWS::SageMaker::Model',
  'sagemaker:createProcessingJob': 'AWS::SageMaker::ProcessingJob',
  'sagemaker:createTrainingJob': 'training job',
};

/** Deeper than any definition that AWS takes. */
const MAX_DEPTH = 500;

/** What the steps of a pipeline of SageMaker call. */
const STEPS: Record<string, string> = {
  Model: 'sagemaker:createModel',
  Processing: 'sagemaker:createProcessingJob',
  Training: 'sagemaker:createTrainingJob',
  Tuning: 'sagemaker:createHyperParameterTuningJob',
};

/** The images that a state machine of AWS Step Functions hands over to other services. */
export function imagesOfStateMachine(property: string, value: unknown): NamedImage[] {
  const isHarmless = !/image/i.test(JSON.stringify(value ?? ''));
  const unread = isHarmless ? [] : [unreadable(property)];
  return documentsOf(value).flatMap(document => document ? imagesOfCalls(document, document.content, property) : unread);
}

/** The images of the jobs that a pipeline of Amazon SageMaker AI starts. */
export function imagesOfPipeline(property: string, value: unknown): NamedImage[] {
  return imagesOfStateMachine(`${property}.PipelineDefinitionBody`, Object(value).PipelineDefinitionBody);
}

function unreadable(location: string): NamedImage {
  return { location, text: [{ 'JSON that cannot be read': true }] };
}

function imagesOfCalls(document: JsonDocument, value: unknown, location: string, depth = 0): NamedImage[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if (depth > MAX_DEPTH) {
    return [unreadable(location)];
  }
  const { Type: step, Resource: resource, Parameters: parameters, Arguments: given = parameters } = value as Record<string, unknown>;
  const call = typeof resource === 'string' ? callOf(resource) : typeof step === 'string' && Object.hasOwn(STEPS, step) ? STEPS[step] : undefined;
  return [
    ...(call === undefined ? [] : imagesOfCall(document, call, withoutPaths(given), `${location}.${given === parameters ? 'Parameters' : 'Arguments'}`)),
    ...Object.entries(value).flatMap(([key, child]) => imagesOfCalls(document, child, `${location}.${key}`, depth + 1)),
  ];
}

/** `sagemaker:createModel` of `arn:aws:states:::aws-sdk:sagemaker:createModel` and of `arn:aws:states:::sagemaker:createModel.sync:2`. */
function callOf(resource: string): string | undefined {
  return /:::(?:aws-sdk:)?([a-z0-9]+:[A-Za-z]+)/.exec(resource)?.[1];
}

function imagesOfCall(document: JsonDocument, call: string, given: unknown, location: string): NamedImage[] {
  const { RequestBody: body, Job: job } = Object(given);
  return [
    ...(Object.hasOwn(CALLS, call) ? imagesInPlaces(CALLS[call], given, location, value => textsOf(document, value)) : []),
    ...(call === 'eks:call' ? imagesOfContent({ ...document, textsOf: value => textsOf(document, value) }, body, `${location}.RequestBody`) : []),
    ...(call === 'eks:runJob' ? imagesOfContent({ ...document, textsOf: value => textsOf(document, value) }, job, `${location}.Job`) : []),
  ];
}

/** What is chosen while a state machine runs is as unknown as what CloudFormation fills in. */
function textsOf(document: JsonDocument, value: unknown): TemplateText[] {
  const isChosen = typeof value === 'string' ? /^\{%|^\$\.|^\$\$\.|^States\./.test(value) : typeof value === 'object' && value !== null;
  return isChosen ? [[{ [typeof value === 'string' ? value : 'value of a step']: true }]] : document.textsOf(value);
}

/** `"Image.$": "$.image"` as if it were `"Image": "$.image"`. */
function withoutPaths(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutPaths);
  }
  return typeof value !== 'object' || value === null ? value
    : Object.fromEntries(Object.entries(value).map(([key, child]) => [key.replace(/\.\$$/, ''), withoutPaths(child)]));
}
