import type { CredentialOptions, Credentials, EcrAccess, Environment } from './credentials';
import { loadEcr } from './load-ecr';
import { OciRepositoryName } from '../lock/lock-key';
import { dockerCredentials } from '../registry/docker-credentials';
import { OciRegistry } from '../registry/oci-registry';

/** The registries that are asked, each signed in to once. */
export class Registries {
  private readonly oci = new Map<string, OciRegistry>();
  private credentials?: Credentials;

  constructor(private readonly options: CredentialOptions) {}

  public async ecr(environment: Environment): Promise<EcrAccess> {
    this.credentials ??= new (loadEcr().Credentials)(this.options);
    return this.credentials.ecr(environment);
  }

  public ofRepository(repository: OciRepositoryName): OciRegistry {
    const id = `${repository.host}/${repository.repositoryName}`;
    const registry = this.oci.get(id) ?? new OciRegistry(repository, { credentials: () => dockerCredentials(repository.host) });
    this.oci.set(id, registry);
    return registry;
  }
}
