import { loadSharedConfigFiles } from '@smithy/core/config';

/** The file with certificates that a profile names. */
export async function caBundleOfProfile(profile: string): Promise<string | undefined> {
  const { credentialsFile, configFile } = await loadSharedConfigFiles();
  return credentialsFile[profile]?.ca_bundle || configFile[profile]?.ca_bundle;
}
