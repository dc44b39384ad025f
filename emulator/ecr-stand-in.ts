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
  /** Of which images findings were asked for, how often in all, and how many at the same time. */
  readonly scans: { readonly images: Set<string>; calls: number; atOnce: number };
}

/** An ECR that has every image which it is asked for, with findings, and an STS: for more images than the emulator can hold. */
export async function startEcrStandIn(): Promise<EcrStandIn> {
  const calls: number[] = [];
  const scans: EcrStandIn['scans'] = { images: new Set(), calls: 0, atOnce: 0 };
  let open = 0;
  const server = await listen(createServer(async (request, response) => {
    const body = await text(request);
    if (request.headers['x-amz-target'] === undefined) {
      response.writeHead(200, { 'content-type': 'text/xml' }).end(
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${EMULATOR_ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`);
      return;
    }
    if (String(request.headers['x-amz-target']).endsWith('.DescribeImageScanFindings')) {
      const { imageId } = JSON.parse(body);
      scans.images.add(imageId.imageDigest);
      scans.calls++;
      scans.atOnce = Math.max(scans.atOnce, ++open);
      setImmediate(() => {
        open--;
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(scanOf(imageId)));
      });
      return;
    }
    const { repositoryName, imageIds } = JSON.parse(body) as { repositoryName: string; imageIds: { imageTag?: string; imageDigest?: string }[] };
    calls.push(imageIds.length);
    const imageDetails = imageIds.map(({ imageTag, imageDigest = digestInStandIn(repositoryName, imageTag!) }) => ({
      repositoryName, imageDigest, ...(imageTag && { imageTags: [imageTag] }), imageManifestMediaType: MEDIA_TYPE, imagePushedAt: PUSHED_AT,
    }));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ imageDetails }));
  }));
  return { ...server, calls, scans };
}

function scanOf(imageId: object): object {
  const findings = Array.from({ length: 100 }, (_, number) => ({
    name: `CVE-2026-${number}`,
    severity: number < 50 ? 'HIGH' : 'LOW',
    description: 'x'.repeat(500),
    attributes: [{ key: 'package_name', value: `package-${number}` }, { key: 'package_version', value: '1.0' }],
  }));
  return {
    imageId,
    imageScanStatus: { status: 'COMPLETE' },
    imageScanFindings: { imageScanCompletedAt: PUSHED_AT, findingSeverityCounts: { HIGH: 50, LOW: 50 }, findings },
  };
}

/** What a tag means there. */
export function digestInStandIn(repositoryName: string, tag: string): string {
  return `sha256:${createHash('sha256').update(`${repositoryName}:${tag}`).digest('hex')}`;
}
