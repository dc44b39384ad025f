import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from './measure';
import { parseLockKey } from '../src/lock/lock-key';
import { LockRequest } from '../src/lock/lock-request';
import { writeAssembly } from '../test/cli/assembly-folder';
import { UserFolder } from '../test/cli/user-folder';

const ROOT = join(__dirname, '..');
const COMMAND = 'node_modules/cdk-secure-repository/bin/cdk-image-lock';

/** What the CDK CLI does with the plugin. */
const CDK_CLI = `
  const { init } = require('cdk-secure-repository/cli');
  const requests = JSON.parse(require('fs').readFileSync(0));
  init({
    async registerContextProviderAlpha(name, provider) {
      for (const request of requests) await provider.getValue(request);
    },
  });
`;

/** What one would write without this package. */
const ONE_CALL_A_PIN = `
  const { DescribeImagesCommand, ECRClient } = require(${JSON.stringify(join(ROOT, 'node_modules/@aws-sdk/client-ecr'))});
  const images = JSON.parse(require('fs').readFileSync(0));
  (async () => {
    const client = new ECRClient({ region: 'eu-west-1' });
    for (const { repositoryName, imageTag } of images) await client.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }));
  })();
`;

/** The ways to fill a lock, each a process of its own, in a folder as a user has it. */
export class LockRuns {
  private readonly user = new UserFolder();
  private requests: LockRequest[] = [];

  /** The pins that the app asks for and the lock does not have. */
  public ask(requests: LockRequest[]): void {
    this.requests = requests;
    writeAssembly(this.user.file('cdk.out'), { missing: requests });
    rmSync(this.user.file('cdk.context.json'), { force: true });
  }

  public async plugin(endpoint: string): Promise<void> {
    await this.node(['-e', CDK_CLI], endpoint, JSON.stringify(this.requests));
  }

  public async update(endpoint: string): Promise<void> {
    rmSync(this.user.file('cdk.context.json'), { force: true });
    await this.node([COMMAND, 'update'], endpoint);
  }

  public async verify(endpoint: string): Promise<void> {
    await this.node([COMMAND, 'verify', '--strict'], endpoint);
  }

  public async oneCallAPin(endpoint: string): Promise<void> {
    const images = this.requests.map(({ key }) => parseLockKey(key)!)
      .map(({ repository: { repositoryName }, tag }) => ({ repositoryName, imageTag: tag }));
    await this.node(['-e', ONE_CALL_A_PIN], endpoint, JSON.stringify(images));
  }

  public remove(): void {
    this.user.remove();
  }

  private async node(args: string[], endpoint: string, input?: string): Promise<void> {
    await runProcess(process.execPath, args, {
      cwd: this.user.path,
      input,
      env: { HOME: this.user.path, AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator', NODE_NO_WARNINGS: '1' },
    });
  }
}
