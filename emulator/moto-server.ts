import { EMULATOR_ACCOUNT } from './environment';
import { PythonServer, startPythonServer } from './python-server';

export interface MotoServerOptions {
  /**
   * Told when the first start installs the emulators.
   *
   * @default - nothing is reported
   */
  readonly onProgress?: (line: string) => void;
}

export type MotoServer = PythonServer;

/**
 * Starts moto, an independent ECR and CloudFormation, on a free port of this machine. It ends with `stop()` or with this process.
 */
export async function startMotoServer(options: MotoServerOptions = {}): Promise<MotoServer> {
  return startPythonServer({
    ...options,
    name: 'moto',
    script: 'serve_moto.py',
    readyPath: '/moto-api/data.json',
    env: { ...process.env, MOTO_ACCOUNT_ID: EMULATOR_ACCOUNT },
  });
}
