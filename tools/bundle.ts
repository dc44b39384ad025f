/**
 * Bundles the Lambda functions, the command with the plugin of the CDK CLI, and what these need of the AWS SDK. Nobody who installs the package
 * installs an AWS SDK for it. The package has once what the functions and the command both need: it stands with the functions, which are
 * uploaded without the rest.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { build, BuildOptions, BuildResult, Metafile, transform } from 'esbuild';

const FUNCTIONS = 'assets/functions/index';
const COMMAND = 'cli';
const METAFILES = '.cache/bundles';

/** What of the AWS SDK the command loads where it asks ECR. Of what is only required, rather than imported, the bundler leaves nothing out. */
const SDK_FILE = './aws-sdk.js';
const SDK_PACKAGES = ['@aws-sdk/client-ecr', '@aws-sdk/client-sts', '@aws-sdk/credential-providers', '@smithy/core/config', '@smithy/node-http-handler'];

/** For operations that stream events, and for browsers. */
const UNUSED = ['@smithy/core/event-streams', 'bowser'];

const TARGET = 'node20';
const SETTINGS = {
  bundle: true,
  platform: 'node',
  target: TARGET,
  // With their CommonJS builds, next to nothing could be left out of the packages of the AWS SDK.
  mainFields: ['module', 'main'],
  minify: true,
  logLevel: 'warning',
  outdir: '.',
  write: false,
  metafile: true,
} satisfies BuildOptions;

async function bundleAll(): Promise<void> {
  // Only modules can be split, and they are made CommonJS afterwards.
  const shared = await build({
    ...SETTINGS,
    entryPoints: { 'index': 'src/functions/index.ts', 'aws-sdk': 'src/cli/lookup/aws-sdk.ts' },
    splitting: true,
    format: 'esm',
    external: UNUSED,
  });
  const command = await build({
    ...SETTINGS,
    entryPoints: { index: 'src/cli/index.ts' },
    alias: Object.fromEntries(SDK_PACKAGES.map(name => [name, SDK_FILE])),
    external: [SDK_FILE],
  });
  [FUNCTIONS, COMMAND, METAFILES].forEach(folder => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  });
  await writeShared(shared);
  writeFileSync(`${COMMAND}/index.js`, command.outputFiles[0].text);
  writeFileSync(`${METAFILES}/shared.json`, JSON.stringify(shared.metafile));
  writeFileSync(`${METAFILES}/command.json`, JSON.stringify(command.metafile));
}

async function writeShared({ outputFiles, metafile }: BuildResult<typeof SETTINGS>): Promise<void> {
  const ofFunctions = loadedWith('index.js', metafile);
  const placeOf = (file: string) => `${ofFunctions.has(file) ? FUNCTIONS : COMMAND}/${file}`;
  for (const { path, text } of outputFiles) {
    const place = placeOf(relative('.', path));
    // Of a CommonJS file that is minified, Node.js finds no names to import.
    const { code } = await transform(text, { format: 'cjs', target: TARGET, minify: true, supported: { 'dynamic-import': false } });
    writeFileSync(place, code.replace(/"\.\/([^"/]+\.js)"/g, (whole, file: string) =>
      file in metafile.outputs ? JSON.stringify(pathTo(placeOf(file), place)) : whole));
  }
}

/** The files that are loaded along with one. What is loaded later are sources of credentials, and a function has its own in the environment. */
function loadedWith(file: string, metafile: Metafile, known = new Set<string>()): Set<string> {
  if (!known.has(file)) {
    known.add(file);
    const { imports } = metafile.outputs[file];
    imports.filter(({ kind, external }) => kind === 'import-statement' && !external).forEach(({ path }) => loadedWith(path, metafile, known));
  }
  return known;
}

function pathTo(file: string, from: string): string {
  const path = relative(dirname(from), file);
  return path.startsWith('.') ? path : `./${path}`;
}

void bundleAll();
