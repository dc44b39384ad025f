import * as ecr from 'aws-cdk-lib/aws-ecr';
import { mutableTagPattern } from './mutable-tags';
import { renderedLifecycleRules, ruleName } from './rendered-lifecycle-rules';
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

/** What is wrong with a lifecycle policy that expires pinned images soon after their tag has moved on, or `undefined` when nothing is. */
export function untaggedProblem(repository: ecr.IRepository, lifecyclePolicyText: unknown): string | undefined {
  const rules = pinned.of(repository) ? renderedLifecycleRules(lifecyclePolicyText) : [];
  // The first rule that selects an image decides about it.
  const rule = rules.find(({ selection }) => selection.tagStatus !== ecr.TagStatus.TAGGED);
  if (!rule) {
    return undefined;
  }
  const { countUnit, countNumber } = rule.selection;
  const inDays = countUnit === undefined ? undefined : countNumber;
  return inDays !== undefined && inDays >= EXPECTED_DAYS ? undefined
    : `an image of this repository is pinned whose tag can be moved, and untagged images expire ${
      inDays === undefined ? 'by their number' : `${inDays === 1 ? 'a day' : `${inDays} days`} after their push`} `
      + `(${ruleName(rule)}); what has lost its tag may still run, and a rollback `
      + `returns to it, so give expireUntagged ${EXPECTED_DAYS} days or more, and more than the age of what runs, or push a tag that stays as well`;
}
