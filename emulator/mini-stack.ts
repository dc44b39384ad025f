import { join } from 'node:path';
import { EMULATOR_ACCOUNT, EMULATOR_REGION } from './environment';
import { PythonServer, startPythonServer } from './python-server';
import { PATH } from './run-process';

export interface MiniStackOptions {
  /** Where functions find ECR. */
  readonly ecrEndpoint: string;

  /**
   * Told when the first start installs the emulators.
   *
   * @default - nothing is reported
   */
  readonly onProgress?: (line: string) => void;
}

/**
 * Starts MiniStack, an independent AWS that checks IAM policies, on a free port of this machine. It ends with `stop()` or with this
 * process.
 */
export async function startMiniStack({ ecrEndpoint, onProgress }: MiniStackOptions): Promise<PythonServer> {
  return startPythonServer({
    name: 'MiniStack',
    script: 'serve_ministack.py',
    readyPath: '/_ministack/ready',
    onProgress,
    env: {
      PATH,
      AUTH: 'true',
      MINISTACK_ACCOUNT_ID: EMULATOR_ACCOUNT,
      MINISTACK_REGION: EMULATOR_REGION,
      LOG_LEVEL: 'ERROR',
      // What follows is for the functions, which have all of this environment.
      AWS_ENDPOINT_URL_ECR: ecrEndpoint,
      NODE_PATH: join(__dirname, '..', 'node_modules'), // the Node.js runtimes of Lambda have the AWS SDK
      NODE_NO_WARNINGS: '1',
    },
  });
}
