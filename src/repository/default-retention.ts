import { Duration } from 'aws-cdk-lib';
import { policyText } from './lifecycle-policy';
import { RetentionRule } from './retention-rule';

/** What a repository for releases keeps where nobody says anything else. */
export const DEFAULT_RETENTION = [
  RetentionRule.expireUntagged(Duration.days(14)),
  RetentionRule.keepNewest('*', 500),
];

/** And a dev companion. What a moved tag leaves behind has no tag and may still run: it stays as long as tagged images do. */
export const DEFAULT_COMPANION_RETENTION = [
  RetentionRule.expireUntagged(Duration.days(14)),
  RetentionRule.keepFor('*', Duration.days(14)),
];

/** Whether the text of a lifecycle policy is that of a default. */
export function isDefaultRetention(lifecyclePolicyText: unknown): boolean {
  return [DEFAULT_RETENTION, DEFAULT_COMPANION_RETENTION].some(rules => policyText(rules.map(rule => rule._render())) === lifecyclePolicyText);
}
