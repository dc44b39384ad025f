import { readFileSync } from 'fs';
import { Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { repositoryEnvironment } from './repository-environment';
import { knownRepositoryName } from './repository-name';
import { constructError } from '../construct-error';
import { digestProblem } from '../image-grammar';
import { parseEcrHost, parseImageReference } from '../image-reference';

const DIGEST_FIELD = 'containerimage.digest';
const NAME_FIELD = 'image.name';

/** The digest in the file that `docker buildx build --metadata-file` writes, for a repository that it was built for. */
export function readBuildMetadata(repository: ecr.IRepository, file: string): string {
  const fail = (problem: string) => constructError(repository, `build metadata '${file}': ${problem}`);
  const { [DIGEST_FIELD]: digest, [NAME_FIELD]: names } = parse(file, fail);
  if (typeof digest !== 'string') {
    throw fail(`it has no ${DIGEST_FIELD}; expected what 'docker buildx build --push --metadata-file' writes for one image`);
  }
  const problem = digestProblem(digest);
  if (problem) {
    throw fail(`${DIGEST_FIELD}: ${problem}`);
  }
  if (typeof names === 'string' && !names.split(',').some(name => isOf(repository, name.trim()))) {
    throw fail(`${NAME_FIELD} is '${names}', which is not in repository '${knownRepositoryName(repository) ?? repository.node.path}'; give the file of the image that was pushed there`);
  }
  return digest;
}

function parse(file: string, fail: (problem: string) => Error): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw fail(`it cannot be read (${(error as NodeJS.ErrnoException).code}); run the build with --metadata-file first`);
  }
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw fail('it is not JSON; run the build with --metadata-file again');
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
