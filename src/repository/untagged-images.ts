import * as ecr from 'aws-cdk-lib/aws-ecr';
import { mutableTagPattern } from './mutable-tags';
import { ConstructNote } from '../construct/construct-note';

/**
 * An image may run, and be what a rollback returns to, at least for this long. It may be for longer: its age counts from the push, and not from
 * when its tag moved on.
 */
const EXPECTED_DAYS = 7;

const pinned = new ConstructNote<true>('pinnedByMutableTag');

/** Remembers that an image is pinned which loses its tag when that moves; without a tag, any image of a repository where all tags move. */
export function declarePin(repository: ecr.IRepository, tag = ''): void {
  if (mutableTagPattern(repository, tag) !== undefined) {
    pinned.set(repository, true);
  }
}

interface LifecycleRule {
  readonly rulePriority: number;
  readonly description?: string;
  readonly selection: { readonly tagStatus: string; readonly storageClass?: string; readonly countUnit?: string; readonly countNumber: number };
}

/** What is wrong with a lifecycle policy that expires pinned images soon after their tag has moved on, or `undefined` when nothing is. */
export function untaggedProblem(repository: ecr.IRepository, lifecyclePolicyText: unknown): string | undefined {
  const rule = pinned.of(repository) ? firstRuleForUntagged(lifecyclePolicyText) : undefined;
  if (!rule) {
    return undefined;
  }
  const { description, selection: { countUnit, countNumber } } = rule;
  const inDays = countUnit === undefined ? undefined : countNumber;
  return inDays !== undefined && inDays >= EXPECTED_DAYS ? undefined
    : `an image of this repository is pinned whose tag can be moved, and untagged images expire ${
      inDays === undefined ? 'by their number' : `${inDays === 1 ? 'a day' : `${inDays} days`} after their push`} `
      + `(${description ?? JSON.stringify(rule.selection)}); what has lost its tag may still run, and a rollback `
      + `returns to it, so give expireUntagged ${EXPECTED_DAYS} days or more, and more than the age of what runs, or push a tag that stays as well`;
}

/** The first rule that selects an image decides about it. */
function firstRuleForUntagged(lifecyclePolicyText: unknown): LifecycleRule | undefined {
  return rulesIn(lifecyclePolicyText).sort((a, b) => a.rulePriority - b.rulePriority)
    .find(({ selection: { tagStatus, storageClass } }) => tagStatus !== ecr.TagStatus.TAGGED && storageClass !== 'archive');
}

/** A text that is no policy comes from an override, and is for ECR to refuse. */
function rulesIn(lifecyclePolicyText: unknown): LifecycleRule[] {
  try {
    const { rules } = JSON.parse(String(lifecyclePolicyText));
    return Array.isArray(rules) ? rules.filter(rule => rule?.selection) : [];
  } catch {
    return [];
  }
}
