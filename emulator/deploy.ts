import {
  AlreadyExistsException,
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  Stack,
  UpdateStackCommand,
  waitUntilChangeSetCreateComplete,
} from '@aws-sdk/client-cloudformation';

const TIMEOUT_MS = 60_000;
const POLL_MS = 100;

export interface DeployedStack {
  readonly outputs: Record<string, string>;
  /** By logical id. */
  readonly physicalIds: Record<string, string>;
}

/**
 * Creates the stack, or updates it where it exists, and waits until that is done.
 */
export async function deployTemplate(cloudFormation: CloudFormationClient, stackName: string, template: object): Promise<DeployedStack> {
  const input = {
    StackName: stackName,
    TemplateBody: JSON.stringify(template),
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
  };
  try {
    await cloudFormation.send(new CreateStackCommand(input));
  } catch (error) {
    if (!(error instanceof AlreadyExistsException)) throw error;
    await cloudFormation.send(new UpdateStackCommand(input));
  }

  return completed(cloudFormation, stackName);
}

export interface ChangeSetOptions {
  /** Whether the stack exists. */
  readonly exists: boolean;
  /** Leave a stack that fails as it is. */
  readonly disableRollback: boolean;
}

/**
 * Creates or updates the stack as the CDK CLI does, which can also update one that failed without a rollback.
 */
export async function deployByChangeSet(
  cloudFormation: CloudFormationClient, stackName: string, template: object, { exists, disableRollback }: ChangeSetOptions,
): Promise<DeployedStack> {
  const name = { StackName: stackName, ChangeSetName: `change-${Date.now()}` };
  await cloudFormation.send(new CreateChangeSetCommand({
    ...name,
    ChangeSetType: exists ? 'UPDATE' : 'CREATE',
    TemplateBody: JSON.stringify(template),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  }));
  await waitUntilChangeSetCreateComplete({ client: cloudFormation, minDelay: 0.1, maxDelay: 0.1, maxWaitTime: TIMEOUT_MS / 1_000 }, name);
  await cloudFormation.send(new ExecuteChangeSetCommand({ ...name, DisableRollback: disableRollback }));
  return completed(cloudFormation, stackName);
}

async function completed(cloudFormation: CloudFormationClient, stackName: string): Promise<DeployedStack> {
  const stack = await finished(cloudFormation, stackName);
  if (stack.StackStatus !== 'CREATE_COMPLETE' && stack.StackStatus !== 'UPDATE_COMPLETE') {
    throw new Error([`stack '${stackName}' ended in ${stack.StackStatus}`, ...await failures(cloudFormation, stackName)].join('\n'));
  }
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stackName }));
  return {
    outputs: Object.fromEntries((stack.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue])),
    physicalIds: Object.fromEntries(StackResources.map((resource) => [resource.LogicalResourceId, resource.PhysicalResourceId])),
  };
}

async function finished(cloudFormation: CloudFormationClient, stackName: string): Promise<Stack> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    const [stack] = Stacks;
    if (stack && !stack.StackStatus!.endsWith('_IN_PROGRESS')) return stack;
    if (Date.now() > deadline) throw new Error(`stack '${stackName}' is still ${stack?.StackStatus} after ${TIMEOUT_MS / 1000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function failures(cloudFormation: CloudFormationClient, stackName: string): Promise<string[]> {
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackName }));
  return StackEvents
    .filter((event) => event.ResourceStatusReason)
    .map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}: ${event.ResourceStatusReason}`)
    .reverse();
}
