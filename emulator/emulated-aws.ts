import { AwsEndpoints } from './account-clients';
import { startEcrGateway } from './ecr-gateway';
import { startMiniStack } from './mini-stack';
import { PythonServer } from './python-server';

export interface EmulatedAws extends AwsEndpoints {
  stop(): Promise<void>;
}

/**
 * Starts an AWS to deploy to. It ends with `stop()` or with this process.
 *
 * @param onProgress told when the first start installs the emulators
 */
export async function startEmulatedAws(onProgress?: (line: string) => void): Promise<EmulatedAws> {
  let miniStack: PythonServer;
  const gateway = await startEcrGateway(() => miniStack.endpoint);
  try {
    miniStack = await startMiniStack({ ecrEndpoint: gateway.url, onProgress });
  } catch (error) {
    await gateway.stop();
    throw error;
  }
  return {
    endpoint: miniStack.endpoint,
    ecrEndpoint: gateway.url,
    stop: async () => {
      await miniStack.stop();
      await gateway.stop();
    },
  };
}
