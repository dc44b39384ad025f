import { InvokeCommand } from '@aws-sdk/client-lambda';
import { Cloud } from './cloud';
import { startAnswerEndpoint } from '../../emulator/answer-endpoint';
import { Properties, updateEvent } from '../../emulator/custom-resource-event';
import { HandlerAnswer } from '../../emulator/run-handler';

/** What the deployed function answers when CloudFormation sends back a resource, which the emulator does not do after its physical id changed. */
export async function sentBack(
  cloud: Cloud, stackName: string, PhysicalResourceId: string, from: Properties, to: Properties,
): Promise<HandlerAnswer> {
  const endpoint = await startAnswerEndpoint();
  try {
    const [FunctionName] = await cloud.physicalIds(stackName, 'AWS::Lambda::Function');
    const event = { ...updateEvent(PhysicalResourceId, to, from), ResponseURL: endpoint.responseUrl };
    await cloud.clients().lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
    return JSON.parse(endpoint.requests[0].body);
  } finally {
    await endpoint.stop();
  }
}
