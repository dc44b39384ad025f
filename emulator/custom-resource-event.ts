/**
 * An event as CloudFormation sends it for a custom resource, without the address for the answer.
 */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ServiceToken: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}

export type Properties = Record<string, unknown>;

export function createEvent(properties: Properties): CustomResourceEvent {
  return event({ RequestType: 'Create', ResourceProperties: received(properties) });
}

/**
 * A rollback is one as well, with the old properties as the new ones.
 */
export function updateEvent(physicalId: string, properties: Properties, oldProperties: Properties): CustomResourceEvent {
  return event({
    RequestType: 'Update',
    PhysicalResourceId: physicalId,
    ResourceProperties: received(properties),
    OldResourceProperties: received(oldProperties),
  });
}

export function deleteEvent(physicalId: string, properties: Properties): CustomResourceEvent {
  return event({ RequestType: 'Delete', PhysicalResourceId: physicalId, ResourceProperties: received(properties) });
}

const SERVICE_TOKEN = 'arn:aws:lambda:eu-west-1:123456789012:function:resolver';
let count = 0;

function event(specific: Pick<CustomResourceEvent, 'RequestType' | 'ResourceProperties'> & Partial<CustomResourceEvent>): CustomResourceEvent {
  return {
    RequestId: `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`,
    StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/app/11111111-2222-4333-8444-555555555555',
    LogicalResourceId: 'ApiDigest0123ABCD',
    ResourceType: 'Custom::ImageDigest',
    ServiceToken: SERVICE_TOKEN,
    ...specific,
  };
}

/**
 * CloudFormation makes numbers and the like text.
 */
function received(properties: Properties): Properties {
  const asText = (_: string, value: unknown) => typeof value === 'object' ? value : String(value);
  return JSON.parse(JSON.stringify({ ServiceToken: SERVICE_TOKEN, ...properties }, asText));
}
