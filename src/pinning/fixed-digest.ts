import { Fn, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { PinSource } from './pin-source';
import { constructError } from '../construct-error';
import { digestProblem } from '../image-grammar';

const ALGORITHM = 'sha256:';

/** A digest that is known. */
export class FixedDigest implements PinSource {
  constructor(repository: ecr.IRepository, private readonly digest: string) {
    const problem = Token.isUnresolved(digest) ? undefined : digestProblem(digest);
    if (problem) {
      throw constructError(repository, problem);
    }
  }

  public digestFor(): string {
    // CDK tells digests from tags by how a text starts, which a token does not show.
    return this.digest.startsWith(ALGORITHM) ? this.digest : `${ALGORITHM}${Fn.select(1, Fn.split(':', this.digest))}`;
  }
}
