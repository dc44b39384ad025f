/** What somebody signs in to a registry with. */
export interface RegistryCredentials {
  /** `<token>` stands for an identity token as the password, as Docker writes it. */
  readonly username: string;
  readonly password: string;
}

/** Who has the credentials of a registry, by its host; `undefined` for none. */
export type Keychain = (host: string) => Promise<RegistryCredentials | undefined>;

export const IDENTITY_TOKEN_USER = '<token>';
