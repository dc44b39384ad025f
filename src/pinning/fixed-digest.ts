import { Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { PinSource } from './pin-source';
import { constructError } from '../construct-error';
import { digestProblem } from '../image-grammar';

/** A digest that is known. */
export class FixedDigest implements PinSource {
  constructor(repository: ecr.IRepository, private readonly digest: string) {
    const problem = Token.isUnresolved(digest) ? undefined : digestProblem(digest);
    if (problem) {
      throw constructError(repository, problem);
    }
  }

  public digestFor(): string {
    return this.digest;
  }
}
