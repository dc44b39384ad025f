/** What somebody signs in to a registry with. */
export interface RegistryCredentials {
  /** `<token>` stands for an identity token as the password, as Docker writes it. */
  readonly username: string;
  readonly password: string;
}

export const IDENTITY_TOKEN_USER = '<token>';
