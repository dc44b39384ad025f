import { Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { areDifferent } from '../repository/repository-at-synth';

/** ECR may read no other secrets. */
const NAME_PREFIX = 'ecr-pullthroughcache/';
const ARN = /^arn:aws[a-z-]*:secretsmanager:[^:]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$/;
const MAX_ARN = 612;
/** The one that a secret has without any. */
const AWS_MANAGED_KEY = 'alias/aws/secretsmanager';

/** Why ECR could not use a secret for a cache, as far as that is known at synth, or `undefined` when it could. */
export function credentialProblem(scope: Construct, secret: secretsmanager.ISecret): string | undefined {
  if (typeof secret.secretArn !== 'string') {
    return 'it is no secret; expected one, and options after it';
  }
  const own = Stack.of(scope);
  const name = nameOf(secret);
  const arn = Token.isUnresolved(secret.secretArn) ? undefined : secret.secretArn;
  const [, , , region = secret.env.region, account = secret.env.account] = arn?.split(':') ?? [];
  const key = secret.encryptionKey as kms.IKey & Partial<kms.IAlias> | undefined;
  return name && !beginsWithPrefix(name) ? `its name is ${name.start}${name.isWhole ? '' : '…'}; expected one that starts with ${NAME_PREFIX}`
    : arn !== undefined && (!ARN.test(arn) || arn.length > MAX_ARN)
      ? `its ARN is ${arn}; expected one such as arn:aws:secretsmanager:<Region>:<account>:secret:${NAME_PREFIX}<name>, of ${MAX_ARN} characters at most`
      : key && key.aliasName !== AWS_MANAGED_KEY ? 'it has a key of its own, with which ECR cannot read it; leave out its encryptionKey'
        : areDifferent(region, own.region) || areDifferent(account, own.account)
          ? `it is of account ${account} in ${region}; expected one of the registry's, ${own.account} in ${own.region}`
          : undefined;
}

/** What is known of a name. */
interface KnownName {
  readonly start: string;
  readonly isWhole: boolean;
}

function nameOf(secret: secretsmanager.ISecret): KnownName | undefined {
  const resource = secret.node.defaultChild;
  const name = resource instanceof secretsmanager.CfnSecret ? Stack.of(resource).resolve(resource.name) ?? 'a generated one' : secret.secretName;
  if (typeof name === 'string') {
    return Token.isUnresolved(name) ? undefined : { start: name, isWhole: true };
  }
  const [separator, [start] = []] = Object(name)['Fn::Join'] ?? [];
  return separator === '' && typeof start === 'string' ? { start, isWhole: false } : undefined;
}

function beginsWithPrefix({ start, isWhole }: KnownName): boolean {
  return start.startsWith(NAME_PREFIX) || (!isWhole && NAME_PREFIX.startsWith(start));
}
