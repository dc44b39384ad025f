import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { EMULATOR_ACCOUNT } from './environment';
import { listen, LocalServer } from './local-server';

const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const PUSHED_AT = Date.UTC(2026, 0, 1) / 1_000;

export interface EcrStandIn extends LocalServer {
  /** How many images each call of DescribeImages asked for. */
  readonly calls: number[];
}

/** An ECR that has every image which it is asked for, and an STS: for more images than the emulator can hold. */
export async function startEcrStandIn(): Promise<EcrStandIn> {
  const calls: number[] = [];
  const server = await listen(createServer(async (request, response) => {
    const body = await text(request);
    if (request.headers['x-amz-target'] === undefined) {
      response.writeHead(200, { 'content-type': 'text/xml' }).end(
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${EMULATOR_ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`);
      return;
    }
    const { repositoryName, imageIds } = JSON.parse(body) as { repositoryName: string; imageIds: { imageTag?: string; imageDigest?: string }[] };
    calls.push(imageIds.length);
    const imageDetails = imageIds.map(({ imageTag, imageDigest = digestInStandIn(repositoryName, imageTag!) }) => ({
      repositoryName, imageDigest, ...(imageTag && { imageTags: [imageTag] }), imageManifestMediaType: MEDIA_TYPE, imagePushedAt: PUSHED_AT,
    }));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ imageDetails }));
  }));
  return { ...server, calls };
}

/** What a tag means there. */
export function digestInStandIn(repositoryName: string, tag: string): string {
  return `sha256:${createHash('sha256').update(`${repositoryName}:${tag}`).digest('hex')}`;
}
