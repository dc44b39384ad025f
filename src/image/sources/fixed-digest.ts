import { Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { PinSource } from './pin-source';
import { constructError } from '../../construct/construct-error';

const ALGORITHM = 'sha256:';

/** A digest that is known, or a token for one. */
export class FixedDigest implements PinSource {
  constructor(private readonly digest: string) {}

  public digestFor(scope: Construct): string {
    if (this.digest.startsWith(ALGORITHM)) {
      return this.digest;
    }
    const value = Stack.of(scope).resolve(this.digest);
    if (typeof value === 'string' && value.startsWith('{{resolve:')) {
      throw constructError(scope, `the digest is ${value}, which CloudFormation fills in too late to read it; `
        + 'use StringParameter.fromStringParameterName, without version and forceDynamicReference');
    }
    // CDK tells digests from tags by how a text starts, which a token does not show. Of any other text there is no second part.
    return `${ALGORITHM}${Fn.select(1, Fn.split(ALGORITHM, this.digest))}`;
  }
}
