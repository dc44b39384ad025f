import { Stack, Token } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** ECR may read no other secrets. */
const NAME_PREFIX = 'ecr-pullthroughcache/';

/** Why ECR could not use a secret for a cache, as far as that is known at synth, or `undefined` when it could. */
export function credentialProblem(scope: Construct, secret: secretsmanager.ISecret): string | undefined {
  const resource = secret.node.defaultChild;
  const name = resource instanceof secretsmanager.CfnSecret ? Stack.of(resource).resolve(resource.name) ?? 'a generated one' : known(secret.secretName);
  const [, , , region, account] = secret.secretArn.split(':');
  const own = Stack.of(scope);
  return name !== undefined && !Token.isUnresolved(name) && !name.startsWith(NAME_PREFIX) ? `its name is ${name}; expected one that starts with ${NAME_PREFIX}`
    : secret.encryptionKey ? 'it has a key of its own, with which ECR cannot read it; leave out its encryptionKey'
      : isElsewhere(region, own.region) || isElsewhere(account, own.account) ? `it is of account ${account} in ${region}; expected one of the registry's account and Region`
        : undefined;
}

function known(text: string | undefined): string | undefined {
  return text === undefined || Token.isUnresolved(text) ? undefined : text;
}

function isElsewhere(part: string | undefined, own: string): boolean {
  return known(part) !== undefined && known(own) !== undefined && part !== own;
}
