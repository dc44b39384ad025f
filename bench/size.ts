import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { installedPeers } from './peers';
import { Cell, Section } from './table';
import { npm } from '../tools/npm';

const ROOT = join(__dirname, '..');
const DIST = join(ROOT, 'dist');
const BUNDLES = {
  'functions, with what the command shares of the AWS SDK': 'assets/functions/index',
  'command and plugin of the CDK CLI': 'cli',
};
const GO_MODULE = 'Go module';
const PACKAGES: Record<string, string> = { wheel: '.whl', jar: '.jar', [GO_MODULE]: '.go' };
const PEER = 'cdk-ecr-deployment';

export const sizes: Section = {
  name: 'size',
  run: async () => {
    const { size, unpackedSize, files } = npmPackage();
    const notes: string[] = [];
    const rows: Cell[][] = [['npm package', kilobytes(size), kilobytes(unpackedSize)]];
    for (const part of groups(files.map(({ path }) => path))) {
      rows.push([`- ${part.name}`, kilobytes(part.gzipped), kilobytes(part.raw)]);
    }
    for (const [name, folder] of Object.entries(BUNDLES)) {
      const bundled = filesIn(join(ROOT, folder));
      rows.push([`bundle: ${name}`, kilobytes(gzipped(bundled)), kilobytes(total(bundled))]);
    }
    const packages = otherPackages();
    rows.push(...packages);
    if (packages.length < Object.keys(PACKAGES).length) {
      notes.push('Of the packages for other languages those are shown that are in `dist/`; `npx projen package-all` makes them.');
    }
    try {
      const folder = installedPeers()[PEER];
      rows.push([`${PEER} on npm`, '', kilobytes(total(filesIn(folder)))]);
    } catch (error) {
      notes.push(`Without ${PEER}: ${(error as Error).message}.`);
    }
    return [{ title: 'Size', columns: ['what', 'packed KB', 'unpacked KB'], rows, notes: ['Parts are packed one by one: they add up to more than the package.', ...notes] }];
  },
};

interface NpmPackage {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: { readonly path: string }[];
}

/** The package as npm would make it of what is compiled and bundled now. */
export function npmPackage(): NpmPackage {
  const [packed] = Object.values<NpmPackage>(npm(['pack', '--dry-run', '--ignore-scripts'], ROOT));
  return packed;
}

interface Group {
  readonly name: string;
  readonly raw: number;
  readonly gzipped: number;
}

/** Files by their folder, or by their own name at the top. */
function groups(files: string[]): Group[] {
  const byName = new Map<string, string[]>();
  for (const file of files) {
    const name = file.split('/')[0];
    byName.set(name, [...byName.get(name) ?? [], join(ROOT, file)]);
  }
  return [...byName]
    .map(([name, paths]) => ({ name, raw: total(paths), gzipped: gzipped(paths) }))
    .sort((a, b) => b.gzipped - a.gzipped);
}

function otherPackages(): Cell[][] {
  let files: string[];
  try {
    files = filesIn(DIST);
  } catch {
    return [];
  }
  return Object.entries(PACKAGES).flatMap(([name, ending]) => {
    const found = files.filter(file => file.endsWith(ending) && !/-(sources|javadoc)\.jar$/.test(file));
    if (found.length === 0) {
      return [];
    }
    return [name === GO_MODULE ? [name, '', kilobytes(total(filesIn(join(DIST, 'go'))))] : [name, kilobytes(total(found)), '']];
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
}

function total(files: string[]): number {
  return files.reduce((bytes, file) => bytes + statSync(file).size, 0);
}

function gzipped(files: string[]): number {
  return gzipSync(Buffer.concat(files.map(file => readFileSync(file))), { level: 9 }).length;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0);
}
