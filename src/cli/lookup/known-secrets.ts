import { CredentialProvider } from './mfa-session';

/** What is shorter would be found in any text. */
const SHORTEST = 4;

/** Values that belong in no message: whoever answers in place of AWS may repeat what was sent. */
export class KnownSecrets {
  private readonly values = new Set<string>();

  public add(value: string | undefined): void {
    if (value !== undefined && value.length >= SHORTEST) {
      this.values.add(value);
    }
  }

  /** Credentials whose secrets are known once they are there. */
  public of(provider: CredentialProvider): CredentialProvider {
    return async options => {
      const credentials = await provider(options);
      this.add(credentials.secretAccessKey);
      this.add(credentials.sessionToken);
      return credentials;
    };
  }

  public mask(text: string): string {
    return [...this.values].reduce((masked, value) => masked.replace(new RegExp(value.replace(/[.\\+*?^${}()|[\]]/g, '\\$&'), 'gi'), '***'), text);
  }
}
