import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { UserFolder } from '../user-folder';

const ROOT = join(__dirname, '..', '..', '..');

/** Adds the CDK CLI and an app in TypeScript, which imports this package as './src', in the folder `app`. */
export function addBundledApp(user: UserFolder, contents: string, settings: object = {}): void {
  user.addCdk();
  buildSync({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    outfile: user.file('app/app.js'),
    bundle: true,
    platform: 'node',
    alias: Object.fromEntries(['aws-cdk-lib', 'constructs'].map(name => [name, join(ROOT, 'node_modules', name)])),
    external: [join(ROOT, 'node_modules', '*')],
  });
  user.write('app/cdk.json', JSON.stringify({ app: 'node app.js', versionReporting: false, notices: false, ...settings }));
}
