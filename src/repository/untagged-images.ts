import * as ecr from 'aws-cdk-lib/aws-ecr';
import { mutableTagPattern } from './mutable-tags';

/** An image may run, and be what a rollback returns to, for this long after its tag has moved on. */
const EXPECTED_DAYS = 7;

const pinned = new WeakSet<ecr.IRepository>();

/** Remembers that an image is pinned which loses its tag when that moves; without a tag, any image of a repository where all tags move. */
export function declarePin(repository: ecr.IRepository, tag = ''): void {
  if (mutableTagPattern(repository, tag) !== undefined) {
    pinned.add(repository);
  }
}

interface LifecycleRule {
  readonly rulePriority: number;
  readonly description?: string;
  readonly selection: { readonly tagStatus: string; readonly storageClass?: string; readonly countUnit?: string; readonly countNumber: number };
}

/** What is wrong with a lifecycle policy that expires pinned images soon after their tag has moved on, or `undefined` when nothing is. */
export function untaggedProblem(repository: ecr.IRepository, lifecyclePolicyText: unknown): string | undefined {
  const rule = pinned.has(repository) ? firstRuleForUntagged(lifecyclePolicyText) : undefined;
  if (!rule) {
    return undefined;
  }
  const { description, selection: { countUnit, countNumber } } = rule;
  const inDays = countUnit === undefined ? undefined : countNumber;
  return inDays !== undefined && inDays >= EXPECTED_DAYS ? undefined
    : `an image of this repository is pinned whose tag can be moved, and untagged images expire ${inDays === undefined ? 'by their number' : `after ${inDays === 1 ? 'a day' : `${inDays} days`}`} `
      + `(${description ?? JSON.stringify(rule.selection)}); what has lost its tag may still run, and a rollback returns to it, `
      + `so expire untagged images by their age, after ${EXPECTED_DAYS} days or more`;
}

/** The first rule that selects an image decides about it. */
function firstRuleForUntagged(lifecyclePolicyText: unknown): LifecycleRule | undefined {
  return rulesIn(lifecyclePolicyText).sort((a, b) => a.rulePriority - b.rulePriority)
    .find(({ selection: { tagStatus, storageClass } }) => tagStatus !== ecr.TagStatus.TAGGED && storageClass !== 'archive');
}

/** A text that is no policy comes from an override, and is for ECR to refuse. */
function rulesIn(lifecyclePolicyText: unknown): LifecycleRule[] {
  try {
    return [...JSON.parse(String(lifecyclePolicyText)).rules];
  } catch {
    return [];
  }
}
