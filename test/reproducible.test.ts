import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'fs';
import { tmpdir } from 'os';
import { join, relative } from 'path';
import { App } from 'aws-cdk-lib';
import { ImagesStack, ServiceStack } from './readme/service';

/** Every file below a folder, by path. */
function filesOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true }).map(path => join(folder, path.toString())).filter(path => statSync(path).isFile());
  return Object.fromEntries(paths.map(path => [relative(folder, path), readFileSync(path, 'base64')]));
}

test('the same app synthesized in two folders is the same to the byte', () => {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'reproducible-')));
  try {
    const [one, two] = folders.map(folder => {
      const app = new App({ outdir: join(folder, 'cdk.out') });
      new ServiceStack(app, 'Service', { api: new ImagesStack(app, 'Images').api });
      app.synth();
      return filesOf(folder);
    });
    expect(Object.keys(one)).toContainEqual(expect.stringMatching(/asset\..*index\.js$/));
    expect(one).toEqual(two);
  } finally {
    folders.forEach(folder => rmSync(folder, { recursive: true }));
  }
});
