import { Duration } from 'aws-cdk-lib';
import { RetentionRule } from './retention-rule';

/** What a repository for releases keeps where nobody says anything else. */
export const DEFAULT_RETENTION = [
  RetentionRule.expireUntagged(Duration.days(14)),
  RetentionRule.keepNewest('*', 500),
];
