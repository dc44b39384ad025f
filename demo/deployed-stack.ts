import { DescribeStackEventsCommand, DescribeStackResourcesCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { accountClients } from '../emulator/account-clients';

export type Clients = ReturnType<typeof accountClients>;

export async function statusOf({ cloudFormation }: Clients, StackName: string): Promise<string> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  return Stacks![0].StackStatus!;
}

/**
 * The reason that the latest failure of a resource has in the stack's events.
 */
export async function failureOf({ cloudFormation }: Clients, StackName: string): Promise<string | undefined> {
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.find(({ ResourceStatus }) => ResourceStatus!.endsWith('_FAILED'))?.ResourceStatusReason;
}

export async function resourceTypes({ cloudFormation }: Clients, StackName: string): Promise<string[]> {
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
  return StackResources.map(({ ResourceType }) => ResourceType!);
}

/**
 * The images of the containers in a stack's task definition, as ECS has them.
 */
export async function imagesOf({ cloudFormation, ecs }: Clients, StackName: string): Promise<Record<string, string>> {
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
  const { PhysicalResourceId: taskDefinition } = StackResources.find(({ ResourceType }) => ResourceType === 'AWS::ECS::TaskDefinition')!;
  const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return Object.fromEntries(answer.taskDefinition!.containerDefinitions!.map(({ name, image }) => [name, image!]));
}
