import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { UserFolder } from './user-folder';

const ROOT = join(__dirname, '..', '..');

/** Bundles an app in TypeScript, so that it runs where nothing is installed. It imports this package by its name, or as './src'. */
export function bundleApp(contents: string, outfile: string): void {
  buildSync({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    alias: {
      'cdk-secure-repository': join(ROOT, 'src'),
      ...Object.fromEntries(['aws-cdk-lib', 'constructs'].map(name => [name, join(ROOT, 'node_modules', name)])),
    },
    external: [join(ROOT, 'node_modules', '*')],
  });
}

/** Adds the CDK CLI and an app in TypeScript in the folder `app`. */
export function addBundledApp(user: UserFolder, contents: string, settings: object = {}): void {
  user.addCdk();
  bundleApp(contents, user.file('app/app.js'));
  user.write('app/cdk.json', JSON.stringify({ app: 'node app.js', versionReporting: false, notices: false, ...settings }));
}
