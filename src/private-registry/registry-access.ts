import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { prefixesProblem } from './prefixes';
import { constructError } from '../construct/construct-error';
import { normalPrefixes } from '../names/repository-prefix';

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

  /**
   * Whether it may also tag them, which ECR asks for where the template of a repository has tags. Then it may tag those that are there as well.
   *
   * @default - whether a template of the same `SecureRegistry` for replication has `resourceTags`
   */
  readonly allowTagging?: boolean;
}

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
   * @param account the account that replicates, 12 digits, and not that of the registry: its own Regions need no permission
   */
  public static allowReplicationFrom(account: string, options: ReplicationAccessOptions = {}): RegistryAccess {
    const prefixes = normalPrefixes(options.prefixes);
    const problem = Token.isUnresolved(account) || !/^[0-9]{12}$/.test(account) ? `'${account}' is not an account; expected 12 digits that are known at synth`
      : prefixes && prefixesProblem(prefixes, LENGTHS);
    if (problem) {
      throw new Error(`RegistryAccess.allowReplicationFrom: ${problem}`);
    }
    return new RegistryAccess((scope, hasTags) => {
      if (account === Stack.of(scope).account) {
        throw constructError(scope, `access is for ${account}, the registry's own account, which needs none; name another account`);
      }
      return new iam.PolicyStatement({
        principals: [new iam.AccountPrincipal(account)],
        actions: ['ecr:ReplicateImage', 'ecr:CreateRepository', ...(options.allowTagging ?? hasTags ? ['ecr:TagResource'] : [])],
        resources: (prefixes?.map(one => `${one}/*`) ?? ['*']).map(resourceName =>
          Stack.of(scope).formatArn({ service: 'ecr', resource: 'repository', resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME })),
      });
    });
  }

  /**
   * A statement of your own, for what the registry allows or denies besides: as `access` is the whole policy, also for what is there already.
   *
   * One without principals or resources, and one that allows everybody something without a condition, is an error.
   *
   * @param statement with the principals and the ARNs of repositories
   */
  public static fromStatement(statement: iam.PolicyStatement): RegistryAccess {
    return new RegistryAccess(() => statement);
  }

  private constructor(private readonly statement: (scope: Construct, hasTags: boolean) => iam.PolicyStatement) {}

  /**
   * @param hasTags whether a template of the registry for replication has tags
   * @internal
   */
  public _statement(scope: Construct, hasTags: boolean): iam.PolicyStatement {
    return this.statement(scope, hasTags);
  }
}
