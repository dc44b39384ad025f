import { Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { areDifferent } from '../repository/repository-at-synth';

/** Why ECR could not encrypt repositories of a template with a key, as far as that is known at synth, or `undefined` when it could. */
export function keyProblem(scope: Construct, key: kms.IKey): string | undefined {
  const own = Stack.of(scope);
  const [, , , region] = Token.isUnresolved(key.keyArn) ? [] : key.keyArn.split(':');
  const isOfApp = key.node.defaultChild !== undefined;
  return 'aliasName' in key || JSON.stringify(own.resolve(key.keyArn)).includes(':alias/')
    ? 'encryptionKey is an alias, which a template does not take; give the key itself, such as kms.Key.fromKeyArn'
    : [region, key.env.region].some(of => areDifferent(of, own.region))
      ? `encryptionKey is of another Region; expected a key of the registry's, ${own.region}`
      : isOfApp && areDifferent(key.env.account, own.account)
        ? `encryptionKey is of another account; import it with kms.Key.fromKeyArn, and let its policy allow this account, ${own.account}, to use it`
        : undefined;
}
