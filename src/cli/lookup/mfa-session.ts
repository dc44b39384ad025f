import type { fromEnv } from '@aws-sdk/credential-providers';
import { ProcessContext } from '../terminal/process-context';

export type CredentialProvider = ReturnType<typeof fromEnv>;
type AwsCredentials = Awaited<ReturnType<CredentialProvider>>;

const EXPIRY_MARGIN_MS = 60_000;

/** There is no code of an MFA device, and so there are no credentials. */
export class MfaError extends Error {}

/** Asks for codes of MFA devices, and keeps what they were good for: nobody wants to enter another one for each look-up. */
export class MfaSession {
  private asked = false;
  private kept?: AwsCredentials;

  /** @param ask where there is somebody to answer */
  constructor(private readonly ask?: ProcessContext['ask']) {}

  public async code(serial: string, profile: string): Promise<string> {
    this.asked = true;
    const need = `profile '${profile}' needs an MFA code for ${serial}`;
    if (!this.ask) {
      throw new MfaError(`${need}, and there is no terminal to enter it; use the credentials of a session, from `
        + `aws sts get-session-token --serial-number ${serial} --token-code <code>, or a profile without mfa_serial`);
    }
    const code = (await this.ask(`MFA token for ${serial}: `)).trim();
    if (code === '') {
      throw new MfaError(`${need}, and none was entered; try again`);
    }
    return code;
  }

  /** Gives what is kept, as long as it is good. */
  public keeping(provider: CredentialProvider): CredentialProvider {
    return async options => {
      if (!this.kept || expiresSoon(this.kept)) {
        this.asked = false;
        const credentials = await provider(options);
        this.kept = this.asked ? credentials : undefined;
        return credentials;
      }
      return this.kept;
    };
  }
}

function expiresSoon({ expiration }: AwsCredentials): boolean {
  return expiration !== undefined && expiration.getTime() - Date.now() < EXPIRY_MARGIN_MS;
}
