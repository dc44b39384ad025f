import { PythonServer, startPythonServer } from './python-server';

/**
 * The account every emulated resource is in, where none is named.
 */
export const EMULATOR_ACCOUNT = '123456789012';

export const EMULATOR_REGION = 'eu-west-1';

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
