import { Duration, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { unmatchable, wildcards } from '../names/tag-pattern';

/**
 * One rule of a lifecycle policy, from a `RetentionRule` or from `addLifecycleRule`.
 *
 * See https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export interface LifecyclePolicyStatement {
  /** What the user wrote, for messages. */
  readonly origin: string;
  readonly description?: string;
  /** The priority that the user asked for. */
  readonly priority?: number;
  readonly tagStatus: ecr.TagStatus;
  /** An image matches when each pattern matches one of its tags. */
  readonly patterns: string[];
  /**
   * Whether `patterns` came as prefixes. They are rendered as patterns, which select the same images: of prefixes some documents say that
   * ECR wants them to differ from rule to rule.
   */
  readonly prefixes?: boolean;
  /** Properties that are not understood. */
  readonly unknown?: string[];
  /** Whether the rule is about images in the archive storage class. */
  readonly archived?: boolean;
  readonly countType: 'imageCountMoreThan' | 'sinceImagePushed' | 'sinceImagePulled' | 'sinceImageTransitioned';
  /** Either a count or an age. */
  readonly count?: number;
  readonly age?: Duration;
  readonly action: 'expire' | 'transition';
}

/**
 * ECR has no rule that only keeps. A rule that matches takes an image out of reach of all later rules, so one that would act
 * after 50 years keeps. A century would reach back to before 1970, and no document says that ECR takes that.
 */
export const NEVER = Duration.days(18_250);

/** ECR's limit for one pattern. */
const MAX_WILDCARDS = 4;

/** ECR keeps archived images at least this long. */
const MIN_ARCHIVED_DAYS = 90;

const KNOWN_KEYS = ['description', 'maxImageAge', 'maxImageCount', 'rulePriority', 'tagPatternList', 'tagPrefixList', 'tagStatus'];

/** Reads a rule that CDK's own `Repository.addLifecycleRule` accepts, of which a later release may say more than we know. */
export function fromLifecycleRule(rule: ecr.LifecycleRule): LifecyclePolicyStatement {
  const unknown = Object.keys(rule).filter(key => !KNOWN_KEYS.includes(key));
  const prefixes = rule.tagPrefixList !== undefined;
  const patterns = rule.tagPatternList ?? rule.tagPrefixList?.map(prefix => typeof prefix === 'string' ? `${prefix}*` : prefix) ?? [];
  return {
    unknown,
    origin: `lifecycle rule ${JSON.stringify({ ...rule, maxImageAge: rule.maxImageAge?.toString() })}`,
    description: rule.description,
    priority: rule.rulePriority,
    tagStatus: rule.tagStatus ?? (patterns.length > 0 ? ecr.TagStatus.TAGGED : ecr.TagStatus.ANY),
    patterns,
    prefixes,
    countType: rule.maxImageAge ? 'sinceImagePushed' : 'imageCountMoreThan',
    count: rule.maxImageCount,
    age: rule.maxImageAge,
    action: 'expire',
  };
}

/** What ECR would refuse about a statement on its own, or `undefined` when nothing. */
export function statementProblem({ patterns, prefixes, count, age, archived, unknown = [] }: LifecyclePolicyStatement): string | undefined {
  if (unknown.length > 0) {
    return `${unknown.join(', ')} is not supported here; expected ${KNOWN_KEYS.join(', ')}, or use retention`;
  }
  return patterns.map(prefixes ? prefixProblem : patternProblem).find(Boolean)
    ?? repetitionProblem(patterns)
    ?? (age ? ageProblem(age, archived ? MIN_ARCHIVED_DAYS : 1) : countProblem(count!));
}

/** The statement in the JSON of a lifecycle policy. */
export function renderStatement(statement: LifecyclePolicyStatement, priority: number): object {
  const patterns = statement.patterns;
  return {
    rulePriority: priority,
    description: statement.description,
    selection: {
      tagStatus: statement.tagStatus,
      ...(patterns.length > 0 && { tagPatternList: patterns }),
      ...(statement.archived && { storageClass: 'archive' }),
      countType: statement.countType,
      countNumber: statement.age?.toDays() ?? statement.count,
      ...(statement.age && { countUnit: 'days' }),
    },
    action: { type: statement.action, ...(statement.action === 'transition' && { targetStorageClass: 'archive' }) },
  };
}

function prefixProblem(pattern: string): string | undefined {
  return typeof pattern === 'string' && wildcards(pattern) > 1
    ? `the tag prefix '${pattern.slice(0, -1)}' can never match; a prefix takes no '*', so use tagPatternList`
    : patternProblem(pattern);
}

function patternProblem(pattern: string): string | undefined {
  if (typeof pattern !== 'string') {
    return `a tag pattern is ${pattern}; expected a text`;
  }
  if (Token.isUnresolved(pattern)) {
    return 'a tag pattern must be known at synth, and this one is a token; give a literal';
  }
  const reason = wildcards(pattern) > MAX_WILDCARDS ? `expected at most ${MAX_WILDCARDS} '*' in a pattern` : unmatchable(pattern);
  return reason && `the tag pattern '${pattern}' can never match; ${reason}`;
}

function repetitionProblem(patterns: string[]): string | undefined {
  const repeated = patterns.find((pattern, index) => patterns.indexOf(pattern) < index);
  return repeated && `the tag pattern '${repeated}' is there twice; drop one`;
}

function countProblem(count: number): string | undefined {
  if (Token.isUnresolved(count)) {
    return 'the count must be known at synth, and this one is a token; give a literal';
  }
  return Number.isSafeInteger(count) && count >= 1 ? undefined : `the count is ${count}; expected a whole number of 1 or more`;
}

function ageProblem(age: Duration, minimum: number): string | undefined {
  if (age.isUnresolved()) {
    return 'the age must be known at synth, and this one is a token; give a literal';
  }
  const days = age.toDays({ integral: false });
  return Number.isSafeInteger(days) && days >= minimum
    ? undefined
    : `the age is ${days} days; expected a whole number of days, ${minimum} or more`;
}
