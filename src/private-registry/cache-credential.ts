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
  const own = Stack.of(scope);
  const name = knownStart(nameOf(secret));
  const arn = Token.isUnresolved(secret.secretArn) ? undefined : secret.secretArn;
  const [, , , region, account] = arn?.split(':') ?? [];
  const isElsewhere = [region, secret.env.region].some(of => areDifferent(of, own.region))
    || [account, secret.env.account].some(of => areDifferent(of, own.account));
  const key = secret.encryptionKey as kms.IKey & Partial<kms.IAlias> | undefined;
  return name !== undefined && !(name.startsWith(NAME_PREFIX) || (name.endsWith('…') && NAME_PREFIX.startsWith(name.slice(0, -1))))
    ? `its name is ${name}; expected one that starts with ${NAME_PREFIX}`
    : arn !== undefined && (!ARN.test(arn) || arn.length > MAX_ARN)
      ? `its ARN is ${arn}; expected one such as arn:aws:secretsmanager:<Region>:<account>:secret:${NAME_PREFIX}<name>, of ${MAX_ARN} characters at most`
      : key && key.aliasName !== AWS_MANAGED_KEY ? 'it has a key of its own, with which ECR cannot read it; leave out its encryptionKey'
        : isElsewhere ? "it is of another account or Region; expected one of the registry's"
          : undefined;
}

function nameOf(secret: secretsmanager.ISecret): unknown {
  const resource = secret.node.defaultChild;
  return resource instanceof secretsmanager.CfnSecret ? Stack.of(resource).resolve(resource.name) ?? 'a generated one' : secret.secretName;
}

/** What is known of a text, with an ellipsis for the rest. */
function knownStart(text: unknown): string | undefined {
  if (typeof text === 'string') {
    return Token.isUnresolved(text) ? undefined : text;
  }
  const [separator, parts] = Object(text)['Fn::Join'] ?? [];
  return separator === '' && typeof parts[0] === 'string' ? `${parts[0]}…` : undefined;
}
