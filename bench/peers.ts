import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../tools/npm';

const PINNED = join(__dirname, 'peers');
const FOLDER = join(__dirname, '..', '.cache', 'bench-peers');
const FILES = ['package.json', 'package-lock.json'];

/** Beside these, the aws-cdk-lib of this project is found, which all of them are measured with. */
export const PEERS = Object.keys(JSON.parse(readFileSync(join(PINNED, 'package.json'), 'utf8')).dependencies);

/** The folder of each package that is compared with, once they are installed; throws when npm's registry cannot be reached. */
export function installedPeers(): Record<string, string> {
  const folders = Object.fromEntries(PEERS.map(name => [name, join(FOLDER, 'node_modules', name)]));
  if (!isInstalled()) {
    mkdirSync(FOLDER, { recursive: true });
    FILES.forEach(file => copyFileSync(join(PINNED, file), join(FOLDER, file)));
    npm(['ci', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'], FOLDER);
  }
  return folders;
}

function isInstalled(): boolean {
  const same = (file: string) => existsSync(join(FOLDER, file)) && readFileSync(join(FOLDER, file)).equals(readFileSync(join(PINNED, file)));
  return FILES.every(same) && existsSync(join(FOLDER, 'node_modules', '.package-lock.json'));
}
