export interface Mistake {
  /** What the app in `bindings/errors` is asked for. */
  readonly name: string;
  /** What stands in the output of the CDK CLI, in one line. */
  readonly said: string;
  /** What stands at the construct, in the cloud assembly. */
  readonly annotation?: string;
  /** What must not stand in the output. */
  readonly unsaid?: string;
  /** How many lines of a report of the CDK stand below what is said, where that is in the report only. */
  readonly reportLines?: number;
}

const KEY = 'image-digest:123456789012:eu-west-1:shop:v9.9.9';

export const MISTAKES: Mistake[] = [
  {
    name: 'bad-digest',
    said: "Errors/Shop: 'sha256:abc' is not an image digest; expected 'sha256:' and 64 lower-case hexadecimal characters",
  },
  {
    name: 'dead-rule',
    said: "Errors/Shop: keepAll('v*') can never act: every image that it matches is decided by keepNewest('*', 10); move it before that, or drop it",
  },
  {
    name: 'excepted-name',
    said: "Errors/Shop: deletionProtection excepts 'cleaner', which is not the ARN of a role or user; "
      + 'expected arn:<partition>:iam::<account>:role/<name>, in which * and ? may stand',
  },
  {
    name: 'ignored-for-good',
    said: "ImageGate.scanned: ignore[0] has until 'never'; expected a day as YYYY-MM-DD",
  },
  {
    name: 'replicated-to-itself',
    said: 'Errors/Registry: replication goes to this registry itself, 123456789012 in eu-west-1; name another Region or account',
  },
  {
    name: 'not-kept',
    said: '[Errors/Shop] an image of this repository is marked as deployed, and a lifecycle rule may expire it before another one keeps it '
      + '(keep the newest 10 images tagged *); put RetentionRule.keepDeployed(200) first in retention',
  },
  {
    name: 'unpinned-image',
    said: "the image 'nginx:1.27' is not named by its digest",
    unsaid: 'it does not ask for a scan on push',
    reportLines: 12,
  },
  {
    name: 'missing-lock-entry',
    said: `Missing context keys: '${KEY}'`,
    annotation: "image 'shop:v9.9.9' (account 123456789012, Region eu-west-1) is not in the lock; "
      + `let the CDK CLI look it up with the plugin, or run: npx cdk-image-lock update '${KEY}'`,
  },
];
