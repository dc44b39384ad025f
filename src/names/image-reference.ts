import { digestProblem, isHost, isRepositoryName, tagProblem } from './image-grammar';

/** An image of any registry, as people write it: `nginx:1.27`, `public.ecr.aws/nginx/nginx@sha256:…`. */
export interface ImageReference {
  /** Host, with a port where it has one. */
  readonly host: string;
  readonly repositoryName: string;
  readonly tag: string;
  readonly digest?: string;
}

export const DOCKER_HUB = 'docker.io';
export const DOCKER_HUB_ALIASES = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/**
 * Reads a reference the way Docker does: without a host it is Docker Hub's, there without a namespace it is in `library`, and
 * without a tag it is `latest`. Throws with what is wrong with it.
 */
export function parseImageReference(reference?: string): ImageReference {
  // An environment variable that is not set comes as no text at all.
  const [name, digest, ...more] = typeof reference === 'string' ? reference.split('@') : [''];
  const [, path, tag] = /^(.*?)(?::([^:/]*))?$/s.exec(name)!;
  const [first, ...rest] = path.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const host = (hasHost ? first : DOCKER_HUB).toLowerCase();
  const isDockerHub = DOCKER_HUB_ALIASES.includes(host);
  const given = hasHost ? rest.join('/') : path;
  const repositoryName = isDockerHub && !given.includes('/') ? `library/${given}` : given;
  const problem = (more.length > 0 || !isHost(host) || !isRepositoryName(repositoryName)
    ? "expected '[host/]repository[:tag]', the repository in lower case, such as 'public.ecr.aws/nginx/nginx:1.27'"
    : undefined)
    ?? (tag === undefined ? undefined : tagProblem(tag))
    ?? (digest === undefined ? undefined : digestProblem(digest));
  if (problem) {
    throw new Error(`'${reference}' is not an image reference; ${problem}`);
  }
  return { host: isDockerHub ? DOCKER_HUB : host, repositoryName, tag: tag ?? 'latest', ...(digest && { digest }) };
}

/** Account and Region of a host of Amazon ECR's private registries, or `undefined` for other hosts. */
export function parseEcrHost(host: string): { readonly account: string; readonly region: string } | undefined {
  const match = /^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(host);
  return match ? { account: match[1], region: match[2] } : undefined;
}
