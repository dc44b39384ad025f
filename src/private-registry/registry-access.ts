import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { normalPrefix, prefixProblem } from '../names/repository-prefix';

/**
 * Options of `RegistryAccess.allowReplicationFrom`.
 */
export interface ReplicationAccessOptions {
  /**
   * Prefixes of the repositories: `team-a` is for `team-a/api`.
   *
   * @default - all repositories
   */
  readonly prefixes?: string[];
}

/** The last one is for repositories whose template has tags. */
const REPLICATION_ACTIONS = ['ecr:ReplicateImage', 'ecr:CreateRepository', 'ecr:TagResource'];
const LENGTHS = { shortest: 1, longest: 256 };

/**
 * What other accounts may do in a registry, for `SecureRegistry`: statements of its registry policy.
 */
export class RegistryAccess {
  /**
   * Lets the registry of another account replicate images into this one, and make the repositories for them.
   *
   * Everybody in that account whose own policies say so may make repositories here, as ECR cannot tell replication from others: name prefixes.
   *
   * @param account the account that replicates, 12 digits
   */
  public static allowReplicationFrom(account: string, options: ReplicationAccessOptions = {}): RegistryAccess {
    const prefixes = options.prefixes?.map(normalPrefix);
    const prefix = prefixes?.find(one => Token.isUnresolved(one) || prefixProblem(one, LENGTHS));
    const problem = Token.isUnresolved(account) || !/^[0-9]{12}$/.test(account) ? `'${account}' is not an account; expected 12 digits that are known at synth`
      : prefixes?.length === 0 ? 'prefixes is empty, so nothing would be allowed; name some, or leave it out for all repositories'
        : prefix !== undefined ? `prefix '${prefix}': ${prefixProblem(prefix, LENGTHS)}` : undefined;
    if (problem) {
      throw new Error(`RegistryAccess.allowReplicationFrom: ${problem}`);
    }
    return new RegistryAccess(account, REPLICATION_ACTIONS, prefixes);
  }

  private constructor(private readonly account: string, private readonly actions: string[], private readonly prefixes: string[] | undefined) {}

  /** @internal */
  public _statement(scope: Construct): iam.PolicyStatement {
    return new iam.PolicyStatement({
      principals: [new iam.AccountPrincipal(this.account)],
      actions: this.actions,
      resources: (this.prefixes?.map(prefix => `${prefix}/*`) ?? ['*']).map(resourceName =>
        Stack.of(scope).formatArn({ service: 'ecr', resource: 'repository', resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME })),
    });
  }
}
