import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECRClient } from '@aws-sdk/client-ecr';

export interface EmulatorClients {
  readonly ecr: ECRClient;
  readonly cloudFormation: CloudFormationClient;
}

export function emulatorClients(endpoint: string, region = 'eu-west-1'): EmulatorClients {
  const config = { endpoint, region, maxAttempts: 1, credentials: { accessKeyId: 'emulator', secretAccessKey: 'emulator' } };
  return { ecr: new ECRClient(config), cloudFormation: new CloudFormationClient(config) };
}
