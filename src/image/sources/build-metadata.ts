import * as ecr from 'aws-cdk-lib/aws-ecr';
import { BuildOutput } from './build-output';

const DIGEST_FIELD = 'containerimage.digest';
const NAME_FIELD = 'image.name';

/** The digest in the file that `docker buildx build` or `bake` writes with `--metadata-file`, for a repository that the image was pushed to. */
export function readBuildMetadata(repository: ecr.IRepository, file: string, target?: string): string {
  const output = new BuildOutput(repository, file, 'build metadata', '--metadata-file');
  const metadata = parse(output);
  const { [DIGEST_FIELD]: digest, [NAME_FIELD]: names } = target === undefined ? metadata : targetOf(metadata, target, output);
  if (typeof digest !== 'string') {
    const targets = targetsIn(metadata);
    throw output.error(`it has no ${DIGEST_FIELD}${target === undefined ? '' : ` for target '${target}'`}; `
      + (target === undefined && targets.length > 0
        ? `it is of 'docker buildx bake', so give the target: ${targets.join(', ')}`
        : "expected what 'docker buildx build --push --metadata-file' writes for one image"));
  }
  return output.checked(digest, typeof names === 'string' ? names.split(',').map(name => name.trim()) : [], {
    digestField: `${DIGEST_FIELD}: `, nameField: `${NAME_FIELD} is `,
  });
}

type Metadata = Record<string, unknown>;

function parse(output: BuildOutput): Metadata {
  const text = output.read();
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw output.error('it is not JSON; run the build with --metadata-file again');
  }
}

function targetOf(metadata: Metadata, target: string, output: BuildOutput): Metadata {
  const targets = targetsIn(metadata);
  if (!targets.includes(target)) {
    throw output.error(`it has no target '${target}'; expected ${targets.length > 0 ? `one of ${targets.join(', ')}` : "what 'docker buildx bake --push --metadata-file' writes"}`);
  }
  return metadata[target] as Metadata;
}

/** The targets of `docker buildx bake` that have an image; a single build has fields of other kinds only. */
function targetsIn(metadata: Metadata): string[] {
  return Object.entries(metadata).filter(([, value]) => typeof value === 'object' && value !== null && DIGEST_FIELD in value).map(([name]) => name);
}
