/** What somebody signs in to a registry with. */
export interface RegistryCredentials {
  /** `<token>` stands for an identity token as the password, as Docker writes it; `<registrytoken>` for one that the registry itself takes. */
  readonly username: string;
  readonly password: string;
}

/** Who has the credentials for a repository of a registry; `undefined` for none. */
export type Keychain = (host: string, repositoryName: string) => Promise<RegistryCredentials | undefined>;

export const IDENTITY_TOKEN_USER = '<token>';
export const REGISTRY_TOKEN_USER = '<registrytoken>';
