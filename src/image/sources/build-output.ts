import { readFileSync } from 'fs';
import { Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { constructError } from '../../construct/construct-error';
import { digestProblem } from '../../names/image-grammar';
import { parseEcrHost, parseImageReference } from '../../names/image-reference';
import { knownRepositoryName, repositoryEnvironment } from '../../repository/repository-at-synth';

/** A file that a build wrote about an image which it pushed to a repository. */
export class BuildOutput {
  /**
   * @param kind what the file is called in errors
   * @param option the option of a build that writes it
   */
  constructor(
    private readonly repository: ecr.IRepository,
    private readonly file: string,
    private readonly kind: string,
    private readonly option: string,
  ) {}

  public read(): string {
    if (typeof this.file !== 'string' || this.file === '') {
      throw this.error('expected the path of a file, which an environment variable that is not set does not give');
    }
    try {
      return readFileSync(this.file, 'utf8');
    } catch (error) {
      throw this.error(`it cannot be read (${(error as NodeJS.ErrnoException).code}); run the build with ${this.option} first`);
    }
  }

  /** The digest, once it is one, and its image one of this repository. */
  public checked(digest: string, names: string[], { digestField = '', nameField = '' } = {}): string {
    const problem = digestProblem(digest);
    if (problem) {
      throw this.error(digestField + problem);
    }
    if (names.length > 0 && !names.some(name => isOf(this.repository, name))) {
      throw this.error(`${nameField}'${names.join()}', which is not in repository '${knownRepositoryName(this.repository) ?? this.repository.node.path}'; `
        + 'give the file of the image that was pushed there');
    }
    return digest;
  }

  public error(problem: string): Error {
    return constructError(this.repository, `${this.kind} '${this.file}': ${problem}`);
  }
}

/** Whether an image name can be in a repository, as far as the name and place of that are known. */
function isOf(repository: ecr.IRepository, name: string): boolean {
  try {
    const { host, repositoryName } = parseImageReference(name);
    const place = parseEcrHost(host);
    const { account, region } = repositoryEnvironment(repository);
    return place !== undefined
      && agrees(knownRepositoryName(repository), repositoryName)
      && agrees(account, place.account)
      && agrees(region, place.region);
  } catch {
    return false;
  }
}

function agrees(known: string | undefined, given: string): boolean {
  return known === undefined || Token.isUnresolved(known) || known === given;
}
