import { Lazy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { fromLifecycleRule, LifecyclePolicyStatement, renderStatement, statementProblem } from './lifecycle-policy-statement';
import { RetentionRule } from './retention-rule';
import { constructError } from '../construct/construct-error';
import { covers } from '../names/tag-pattern';

/** ECR's quotas: rules in a policy, and characters of its text. */
const MAX_RULES = 50;
const MAX_LENGTH = 30_720;

interface PrioritizedStatement extends LifecyclePolicyStatement {
  readonly priority: number;
}

const policies = new WeakMap<ecr.Repository, LifecyclePolicy>();

/** The lifecycle policy of one repository: its retention rules, then what `addLifecycleRule` added, which takes the place of default ones. */
export class LifecyclePolicy {
  /** CDK's property injection may add rules while the repository is still under construction. */
  public static of(repository: ecr.Repository): LifecyclePolicy {
    const policy = policies.get(repository) ?? new LifecyclePolicy(repository);
    policies.set(repository, policy);
    return policy;
  }

  private retention: LifecyclePolicyStatement[] = [];
  private isDefault = false;
  private readonly added: LifecyclePolicyStatement[] = [];

  private constructor(private readonly repository: ecr.Repository) {}

  /** Puts the retention rules first and takes over the policy of the repository's resource. */
  public retain(rules: RetentionRule[] | undefined, defaultRules: RetentionRule[]): void {
    this.retention = (rules ?? defaultRules).map(rule => rule._render());
    this.isDefault = rules === undefined;
    this.check();
    (this.repository.node.defaultChild as ecr.CfnRepository).lifecyclePolicy = Lazy.any({
      produce: () => this.statements().length > 0 ? { lifecyclePolicyText: policyText(this.statements()) } : undefined,
    });
  }

  /** Adds a rule behind the retention rules; CDK has checked its form. */
  public add(rule: ecr.LifecycleRule): void {
    this.added.push(fromLifecycleRule(rule));
    this.check();
  }

  private statements(): LifecyclePolicyStatement[] {
    const position = ({ priority }: LifecyclePolicyStatement) => priority ?? Infinity;
    const added = [...this.added].sort((a, b) => position(a) - position(b));
    const retention = this.isDefault && added.length > 0 ? [] : this.retention;
    return [...retention, ...added];
  }

  private check(): void {
    const problem = policyProblem(this.statements());
    if (problem) {
      throw constructError(this.repository, problem);
    }
  }
}

/** The text of a policy without a problem. */
export function policyText(statements: LifecyclePolicyStatement[]): string {
  return JSON.stringify({ rules: prioritized(statements).map(statement => renderStatement(statement, statement.priority)) });
}

/** What ECR would refuse about a policy, or which of its rules can never act, or `undefined` when nothing is wrong. */
export function policyProblem(all: LifecyclePolicyStatement[]): string | undefined {
  const statements = prioritized(all);
  if (statements.length > MAX_RULES) {
    return `${statements.length} lifecycle rules; ECR takes at most ${MAX_RULES}, so merge or drop some`;
  }
  for (const [index, statement] of statements.entries()) {
    const problem = statementProblem(statement) ?? priorityProblem(statement, statements[index - 1]);
    if (problem) {
      return `${statement.origin}: ${problem}`;
    }
    const earlier = coveredBy(statement, statements.slice(0, index));
    if (earlier) {
      return `${statement.origin} can never act: every image that it matches is decided by ${earlier}; move it before that, or drop it`;
    }
  }
  const { length } = policyText(all);
  return length > MAX_LENGTH
    ? `the lifecycle policy has ${length} characters; ECR takes at most ${MAX_LENGTH}, so merge or drop rules`
    : undefined;
}

/**
 * Rules that select any image must have the highest priorities. One about archived images goes last of all: it shares
 * no image with the other rules.
 */
function prioritized(statements: LifecyclePolicyStatement[]): PrioritizedStatement[] {
  const rank = ({ tagStatus, archived }: LifecyclePolicyStatement) => archived ? 2 : tagStatus === ecr.TagStatus.ANY ? 1 : 0;
  let last = 0;
  return [...statements].sort((a, b) => rank(a) - rank(b)).map(statement => {
    last = statement.priority ?? last + 1;
    return { ...statement, priority: last };
  });
}

function priorityProblem({ priority }: PrioritizedStatement, previous?: PrioritizedStatement): string | undefined {
  if (!Number.isSafeInteger(priority) || priority < 1) {
    return `the rulePriority is ${priority}; expected a whole number of 1 or more, or none`;
  }
  return previous && priority <= previous.priority
    ? `the rulePriority ${priority} is not above ${previous.priority}, that of ${previous.origin}; expected a higher one, or none`
    : undefined;
}

/** The origin of the earlier rules that leave no image to a rule, or `undefined` when there are none. */
function coveredBy(later: LifecyclePolicyStatement, all: LifecyclePolicyStatement[]): string | undefined {
  const earlier = all.filter(({ archived }) => archived === later.archived);
  const one = earlier.find(({ tagStatus, patterns }) => tagStatus === later.tagStatus
    && patterns.every(pattern => later.patterns.some(other => covers(pattern, other))));
  if (one) {
    return one.origin;
  }
  const untagged = earlier.find(({ tagStatus }) => tagStatus === ecr.TagStatus.UNTAGGED);
  const tagged = earlier.find(({ patterns }) => patterns.length > 0 && patterns.every(pattern => covers(pattern, '*')));
  return untagged && tagged ? `${untagged.origin} and ${tagged.origin}` : undefined;
}
