import { Token } from 'aws-cdk-lib';
import { prefixesProblem } from './prefixes';
import { normalPrefixes } from '../names/repository-prefix';

/**
 * Where images are replicated to.
 */
export interface ReplicationDestination {
  /** The Region, such as `us-east-1`. Both accounts have to have it enabled. */
  readonly region: string;

  /**
   * The account. It has to allow it: see `RegistryAccess.allowReplicationFrom`.
   *
   * @default - that of the registry
   */
  readonly account?: string;
}

/**
 * Options of `Replication.to`.
 */
export interface ReplicationOptions {
  /**
   * Prefixes of the repositories, up to 100 of 1 to 255 characters: `team-a` is for `team-a/api`, and not for `team-a` or `team-ab/api`.
   *
   * @default - all repositories
   */
  readonly prefixes?: string[];
}

/** ECR takes 2 to 256 characters, with the slash at the end. */
const LENGTHS = { shortest: 1, longest: 255 };
const MAX_PREFIXES = 100;

/**
 * To where a registry replicates images that are pushed from now on, for `SecureRegistry`.
 *
 * An image has the same digest there, most of the time within 30 minutes, and its tags, except for those that another image has there and that cannot be
 * moved. Its repository has what a template of the destination says (`RepositoryTemplate`), which has to be there first: otherwise its tags can be moved, and
 * nothing expires. Let that have the `mutableTags` of the repositories here. Deletions are not replicated.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
 */
export class Replication {
  /**
   * To another Region, or to another account.
   *
   * @param destination Region and account, which have to be known at synth
   */
  public static to(destination: ReplicationDestination, options: ReplicationOptions = {}): Replication {
    const prefixes = normalPrefixes(options.prefixes);
    const problem = destinationProblem(destination)
      ?? (prefixes && prefixesProblem(prefixes, LENGTHS))
      ?? (prefixes && prefixes.length > MAX_PREFIXES ? `prefixes has ${prefixes.length}; ECR takes at most ${MAX_PREFIXES} in a rule` : undefined);
    if (problem) {
      throw new Error(`Replication.to: ${problem}`);
    }
    return new Replication(destination, prefixes);
  }

  private constructor(private readonly destination: ReplicationDestination, private readonly prefixes: string[] | undefined) {}

  /** @internal */
  public _destination(): ReplicationDestination {
    return this.destination;
  }

  /** @internal */
  public _prefixes(): string[] | undefined {
    return this.prefixes;
  }
}

function destinationProblem({ region, account }: ReplicationDestination): string | undefined {
  return [region, account].some(part => Token.isUnresolved(part)) ? 'Region and account must be known at synth, and one is a token; give literals'
    : !/^(?=.{2,25}$)[a-z]+(?:-[a-z]+)+-[0-9]+$/.test(region) ? `'${region}' is not a Region; expected one such as us-east-1`
      : account !== undefined && !/^[0-9]{12}$/.test(account) ? `'${account}' is not an account; expected 12 digits` : undefined;
}
