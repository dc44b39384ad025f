import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegistryProcess, startRegistryProcess } from './registry-process';

/** What has access, as Docker's registry is configured: a file with bcrypt hashes, or tokens of a server that it trusts. */
export type RegistryAccess =
  | { readonly htpasswd: { readonly realm: string; readonly path: string } }
  | { readonly token: { readonly realm: string; readonly service: string; readonly issuer: string; readonly rootcertbundle: string } };

export type DockerRegistry = RegistryProcess;

/**
 * Starts Docker's own registry, with its images in memory, on a free port of this machine. Debian's package is docker-registry.
 *
 * @param upstream the address of a registry of which it is a pull-through cache
 */
export async function startDockerRegistry(access?: RegistryAccess, upstream?: string): Promise<DockerRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'docker-registry-'));
  const cleanUp = () => rm(directory, { recursive: true, force: true });
  const config = join(directory, 'config.yml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify({
    version: '0.1',
    log: { formatter: 'json' },
    storage: { inmemory: {} },
    http: { addr: '127.0.0.1:0', secret: 'none' },
    auth: access,
    proxy: upstream && { remoteurl: upstream },
  }));
  try {
    const { host, stop } = await startRegistryProcess('docker-registry', ['serve', config]);
    return { host, stop: () => stop().finally(cleanUp) };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}
