import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'fs';
import { tmpdir } from 'os';
import { join, relative } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { DigestPinnedImage, SecureRepository } from 'cdk-secure-repository';

/** Every file below a folder, by path. */
function filesOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true }).map(path => join(folder, path.toString())).filter(path => statSync(path).isFile());
  return Object.fromEntries(paths.map(path => [relative(folder, path), readFileSync(path, 'base64')]));
}

test.each([
  ['without the lock', {}],
  ['with the lock', { 'image-digest:111111111111:eu-west-1:api:v1.2.3': { digest: `sha256:${'a'.repeat(64)}` } }],
])('the same app synthesized in two folders is the same to the byte, %s', (_, context) => {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'reproducible-')));
  try {
    const [one, two] = folders.map(folder => {
      const app = new App({ outdir: join(folder, 'cdk.out'), context });
      const env = { account: '111111111111', region: 'eu-west-1' };
      const api = new SecureRepository(new Stack(app, 'Images', { env }), 'Api', { repositoryName: 'api', devCompanion: {} });
      const service = new Stack(app, 'Service', { env });
      DigestPinnedImage.fromTag(api, 'v1.2.3').pinTo(service);
      DigestPinnedImage.fromLookup(api, 'v1.2.3').pinTo(service);
      DigestPinnedImage.fromReference('nginx:1.27').pinTo(service);
      app.synth();
      return filesOf(folder);
    });
    expect(Object.keys(one)).toContainEqual(expect.stringMatching(/asset\..*index\.js$/));
    expect(one).toEqual(two);
  } finally {
    folders.forEach(folder => rmSync(folder, { recursive: true }));
  }
});
