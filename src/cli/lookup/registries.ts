import type { Agents } from './agents';
import type { CredentialOptions, Credentials, EcrAccess, Environment } from './aws-credentials';
import { loadEcr } from './load-ecr';
import { networkAgents, NetworkOptions } from './network';
import { OciRepositoryName } from '../../names/repository-name';
import { dockerKeychain } from '../../registry-client/docker-keychain';
import { OciRegistry } from '../../registry-client/oci-registry';

/** The registries that are asked, each signed in to once. */
export class Registries {
  private readonly oci = new Map<string, OciRegistry>();
  private credentials?: Credentials;
  private agents?: Agents;

  /** @param insecureHosts are asked by plain HTTP */
  constructor(private readonly options: CredentialOptions & NetworkOptions, private readonly insecureHosts: string[] = []) {}

  /** To be called before all else. */
  public async connect(): Promise<void> {
    this.agents ??= await networkAgents(this.options);
  }

  public async ecr(environment: Environment): Promise<EcrAccess> {
    this.credentials ??= new (loadEcr().Credentials)({ ...this.options, agents: this.agents });
    return this.credentials.ecr(environment);
  }

  public ofRepository(repository: OciRepositoryName): OciRegistry {
    const id = `${repository.host}/${repository.repositoryName}`;
    const insecure = this.insecureHosts.includes(repository.host);
    const registry = this.oci.get(id) ?? new OciRegistry(repository, { keychain: dockerKeychain, insecure, agent: this.agent });
    this.oci.set(id, registry);
    return registry;
  }

  private readonly agent = ({ protocol }: URL) => protocol === 'https:' ? this.agents?.https : this.agents?.http;
}
