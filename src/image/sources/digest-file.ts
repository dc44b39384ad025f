import * as ecr from 'aws-cdk-lib/aws-ecr';
import { BuildOutput } from './build-output';

/** The digest in a file with nothing else, or with the image's name before it. */
export function readDigestFile(repository: ecr.IRepository, file: string): string {
  const output = new BuildOutput(repository, file, 'digest file', 'an option such as --digest-file');
  const lines = output.read().split(/\r?\n/).map(line => line.trim()).filter(line => line !== '');
  if (lines.length !== 1) {
    throw output.error(`it has ${lines.length} lines with text; expected one, 'sha256:…' or '<repository>@sha256:…'`);
  }
  const [, name, digest] = /^(?:([^@]*)@)?(.*)$/.exec(lines[0])!;
  return output.checked(digest, name === undefined ? [] : [name], { nameField: 'it is of ' });
}
