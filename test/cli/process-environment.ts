import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAMES = /^(AWS|AMAZON|CDK)_|^(HOME|DEBUG|NO_COLOR|REQUESTS_CA_BUNDLE)$|^aws_ca_bundle$|_proxy$/i;

/** Gives each test variables and a home of its own, so that nothing of the developer's own AWS settings is used. */
export class ProcessEnvironment {
  public home!: string;

  constructor(variables: () => Record<string, string>) {
    const before = { ...process.env };

    beforeEach(() => {
      this.home = mkdtempSync(join(tmpdir(), 'home-'));
      this.clear();
      Object.assign(process.env, variables(), {
        HOME: this.home, AWS_CONFIG_FILE: join(this.home, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(this.home, 'credentials'),
      });
    });

    afterEach(() => {
      rmSync(this.home, { recursive: true });
      this.clear();
      Object.assign(process.env, before);
    });
  }

  private clear(): void {
    Object.keys(process.env).filter(name => NAMES.test(name)).forEach(name => delete process.env[name]);
  }
}
