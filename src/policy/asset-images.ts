import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';

/** In the repository of the bootstrap stack, with a hash at the end of the tag. */
const IN_BOOTSTRAP_REPOSITORY = /^[^/]*\.dkr[.-]ecr[.-][^/]*\/cdk-[a-z0-9_-]+-container-assets-[^/:]+:[A-Za-z0-9._-]*[0-9a-f]{64}$/;

/** Whether an image is a CDK asset in the repository where they are by default. */
export function isInBootstrapRepository(image: string): boolean {
  return IN_BOOTSTRAP_REPOSITORY.test(image);
}

/** How the names of the images end that these stacks publish as assets, wherever that is. */
export function publishedImages(stacks: Stack[]): string[] {
  return [...new Set(stacks.map(stack => join(Stage.of(stack)!.outdir, `${stack.artifactId}.assets.json`)))].filter(file => existsSync(file)).flatMap(file => {
    const { dockerImages } = JSON.parse(readFileSync(file, 'utf8')) as AssetManifest;
    return Object.values(dockerImages ?? {}).flatMap(({ destinations }) => Object.values(destinations))
      .map(({ repositoryName, imageTag }) => `/${repositoryName}:${imageTag}`);
  });
}

interface AssetManifest {
  readonly dockerImages?: Record<string, { readonly destinations: Record<string, { readonly repositoryName: string; readonly imageTag: string }> }>;
}
