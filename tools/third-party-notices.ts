/** Writes the licences of all packages whose code is in the bundles, by what esbuild says about the bundles. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/** The only one whose text names no copyright holder, so that ours is everybody's. */
const SAME_FOR_ALL = 'Apache-2.0';

const INTRODUCTION = `The npm package cdk-secure-repository has code of the packages below in its bundles, in the folders cli and
assets; so do the packages for other languages, which hold the npm package.
Each licence stands below the packages that it is for.
`;

/** The folders of the packages whose code is in the bundles. */
export function bundledPackages(metafiles: Pick<Metafile, 'outputs'>[]): string[] {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs)).flatMap(output => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders)].filter(folder => folder !== undefined).sort();
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/\r/g, '').replace(/^\n+|\s+$/g, '');
}

function licenceOf(folder: string): { title: string; texts: string } {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const title = `${name} ${version}`;
  if (!ALLOWED.includes(license)) {
    throw new Error(`${title} is in a bundle under the licence ${JSON.stringify(license)}; expected one of ${ALLOWED.join(', ')}`);
  }
  const textsNamed = (pattern: RegExp) => readdirSync(folder).filter(file => pattern.test(file)).sort().map(file => textOf(join(folder, file)));
  const licences = textsNamed(/^(licen[cs]e|copying)\b/i);
  if (licences.length === 0) {
    if (license !== SAME_FOR_ALL) {
      throw new Error(`${title} is in a bundle under the licence ${license}, but has no file with its text and copyright`);
    }
    licences.push(textOf(join(__dirname, '..', 'LICENSE')));
  }
  const by = author?.name ?? author;
  return {
    title: `${title} (${license})${by ? `, by ${by}` : ''}`,
    texts: [...licences, ...textsNamed(/^notice\b/i)].join('\n\n'),
  };
}

export function thirdPartyNotices(folders: string[]): string {
  const titles = new Map<string, string[]>();
  for (const { title, texts } of folders.map(licenceOf)) {
    titles.set(texts, [...titles.get(texts) ?? [], title]);
  }
  const sections = [...titles].map(([texts, packages]) => `${'='.repeat(80)}\n${packages.join('\n')}\n${'-'.repeat(80)}\n\n${texts}\n`);
  return [INTRODUCTION, ...sections].join('\n');
}

if (require.main === module) {
  const [target, ...metafiles] = process.argv.slice(2);
  const folders = bundledPackages(metafiles.map(file => JSON.parse(readFileSync(file, 'utf8'))));
  writeFileSync(target, thirdPartyNotices(folders));
}
