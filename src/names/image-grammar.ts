/** The grammar of image names, after the OCI distribution and image specifications and as Amazon ECR applies it. */

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const HOST = /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]+)?$/;
const REPOSITORY = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
/** No part of one that exists is nearly as long. */
const PLATFORM = /^[a-z0-9]{1,32}\/[a-z0-9_]{1,32}(\/[a-z0-9._]{1,32})?$/;

/** What is wrong with a digest, or `undefined` when nothing is. */
export function digestProblem(digest?: unknown): string | undefined {
  return typeof digest === 'string' && DIGEST.test(digest)
    ? undefined
    : `'${digest}' is not an image digest; expected 'sha256:' and 64 lower-case hexadecimal characters`;
}

/** What is wrong with a tag, or `undefined` when nothing is. An environment variable that is not set comes as no text at all. */
export function tagProblem(tag?: string): string | undefined {
  if (typeof tag === 'string' && TAG.test(tag)) {
    return undefined;
  }
  const hint = tag?.startsWith?.('sha256:') ? '; this is a digest: use fromDigest' : '';
  return `'${tag}' is not an image tag; expected 1 to 128 letters, digits, '_', '.' or '-', not starting with '.' or '-'${hint}`;
}

/** Whether a text is a registry's host, with or without a port. */
export function isHost(text: string): boolean {
  return HOST.test(text);
}

/** Whether a text is the name of a repository. */
export function isRepositoryName(text: string): boolean {
  return REPOSITORY.test(text);
}

/** What is wrong with a platform, or `undefined` when nothing is. */
export function platformProblem(platform?: string): string | undefined {
  return typeof platform === 'string' && PLATFORM.test(platform)
    ? undefined
    : `'${platform}' is not a platform; expected 'os/architecture' or 'os/architecture/variant', such as 'linux/arm64'`;
}
