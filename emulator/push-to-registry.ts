import { createHash } from 'node:crypto';
import { Image, ImageIndex } from './images';

/**
 * Pushes an image, or an index and its children, through the registry's HTTP API.
 */
export async function pushToRegistry(host: string, repositoryName: string, image: Image | ImageIndex, tag: string, authorization = ''): Promise<void> {
  const address = `http://${host}/v2/${repositoryName}`;
  const headers = { authorization };
  for (const child of 'children' in image ? image.children : []) {
    await pushToRegistry(host, repositoryName, child, child.digest, authorization);
  }
  for (const blob of image.blobs) {
    const { headers: upload } = expectStatus(202, await fetch(`${address}/blobs/uploads/`, { method: 'POST', headers }));
    const location = new URL(upload.get('location')!, address);
    location.searchParams.set('digest', digestOf(blob));
    expectStatus(201, await fetch(location, { method: 'PUT', headers: { ...headers, 'content-type': 'application/octet-stream' }, body: blob }));
  }
  expectStatus(201, await fetch(`${address}/manifests/${tag}`, {
    method: 'PUT', headers: { ...headers, 'content-type': image.mediaType }, body: image.content,
  }));
}

function expectStatus(expected: number, response: Response): Response {
  if (response.status !== expected) {
    throw new Error(`docker-registry answered with HTTP ${response.status} instead of ${expected} to ${response.url}`);
  }
  return response;
}

function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
