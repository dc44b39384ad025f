import { Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IDependable } from 'constructs';
import { constructError } from '../construct/construct-error';
import { knownRepositoryName } from '../repository/repository-at-synth';

/**
 * Limits of IAM, in characters without white space, each a little lower.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const INLINE_LIMIT = 9_500;
const MANAGED_LIMIT = 6_100;
const MANAGED_POLICIES = 10;

/** What there is in a policy and in a statement besides ARNs; the role's own policy also lets it write its log. */
const INLINE_OVERHEAD = 500;
const MANAGED_OVERHEAD = 50;
const STATEMENT_OVERHEAD = 100;
/** The longest of `arn:<partition>:ecr:<Region>:<account>:repository/`, with the quotes and the comma. */
const ARN_OVERHEAD = 61;
/** What the CDK takes an ARN with tokens for, when it decides whether the role's own policy is too large. */
const CDK_ESTIMATE = 150;

const LONGEST_NAME = 256;
/** What CloudFormation puts between and behind the stack's name and the logical id when it makes up a name. */
const GENERATED_OVERHEAD = 14;

interface OpenPolicy {
  readonly dependable: IDependable;
  readonly limit: number;
  readonly leastForArn: number;
  readonly statements: Map<string[], iam.PolicyStatement>;
  readonly add: (statement: iam.PolicyStatement) => void;
  size: number;
}

/** Lets a role call actions on many resources, each named by its ARN, in as many policies as that takes. */
export class RolePermissions {
  private policy: OpenPolicy;
  private managedPolicies = 0;

  constructor(private readonly scope: Construct, private readonly role: iam.Role) {
    this.policy = {
      dependable: role,
      limit: INLINE_LIMIT,
      leastForArn: CDK_ESTIMATE,
      statements: new Map(),
      add: statement => role.addToPrincipalPolicy(statement),
      size: INLINE_OVERHEAD,
    };
  }

  /** Returns what has to be deployed before the role may. */
  public allowFor(repository: ecr.IRepository, actions: string[]): IDependable {
    return this.allow(repository.repositoryArn, actions, ARN_OVERHEAD + nameLength(repository));
  }

  /**
   * Returns what has to be deployed before the role may.
   *
   * @param resource its ARN, or `*`
   * @param length the most that it takes with the quotes and the comma
   */
  public allow(resource: string, actions: string[], length = Token.isUnresolved(resource) ? CDK_ESTIMATE : resource.length + 3): IDependable {
    if (this.policy.size + STATEMENT_OVERHEAD + Math.max(length, this.policy.leastForArn) > this.policy.limit) {
      this.policy = this.nextPolicy();
    }
    let statement = this.policy.statements.get(actions);
    // A statement freezes when an aspect makes CDK look at the policy during synthesis.
    if (!statement || statement.frozen) {
      statement = new iam.PolicyStatement({ actions });
      this.policy.statements.set(actions, statement);
      this.policy.add(statement);
      this.policy.size += STATEMENT_OVERHEAD;
    }
    statement.addResources(resource);
    this.policy.size += Math.max(length, this.policy.leastForArn);
    return this.policy.dependable;
  }

  private nextPolicy(): OpenPolicy {
    if (this.managedPolicies === MANAGED_POLICIES) {
      throw constructError(this.scope, 'the images that a function of this stack asks for are in more repositories than IAM lets one role name '
        + `(${MANAGED_POLICIES} managed policies of 6,144 characters); put some of them into another stack`);
    }
    this.managedPolicies += 1;
    const managed = new iam.ManagedPolicy(this.scope, `Repositories${this.managedPolicies}`, { roles: [this.role] });
    return {
      dependable: managed,
      limit: MANAGED_LIMIT,
      leastForArn: 0,
      statements: new Map(),
      add: statement => managed.addStatements(statement),
      size: MANAGED_OVERHEAD,
    };
  }
}

/** The most characters that the name of a repository may have. */
function nameLength(repository: ecr.IRepository): number {
  const name = knownRepositoryName(repository);
  if (name !== undefined) {
    return name.length;
  }
  const resource = repository.node.defaultChild;
  const stack = Stack.of(repository);
  return resource instanceof ecr.CfnRepository && stack.resolve(resource.repositoryName) === undefined && !Token.isUnresolved(stack.stackName)
    ? Math.min(stack.stackName.length + stack.getLogicalId(resource).length + GENERATED_OVERHEAD, LONGEST_NAME)
    : LONGEST_NAME;
}
