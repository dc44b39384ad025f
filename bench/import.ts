import { join } from 'node:path';
import type { Loading } from './apps/load';
import { inFreshProcess } from './fresh-process';
import { inTurn, median } from './measure';
import { installedPeers } from './peers';
import { Section } from './table';

const ROOT = join(__dirname, '..');
const RUNS = 15;

interface Case {
  readonly folder: string;
  /** Exports that the app uses. */
  readonly uses: string[];
}

const OURS: Record<string, Case> = {
  'cdk-secure-repository': { folder: ROOT, uses: [] },
  'cdk-secure-repository, `SecureRepository` used': { folder: ROOT, uses: ['SecureRepository'] },
  'cdk-secure-repository, everything used': { folder: ROOT, uses: ['SecureRepository', 'RetentionRule', 'DigestPinnedImage'] },
};

export const imports: Section = {
  name: 'import',
  run: async () => {
    const title = 'Loading the package in an app that has a task definition';
    let peers: Record<string, string>;
    try {
      peers = installedPeers();
    } catch (error) {
      return [{ title, columns: ['package', 'ms'], rows: [], notes: [`Skipped: ${(error as Error).message}.`] }];
    }
    const cases = { ...OURS, ...Object.fromEntries(Object.entries(peers).map(([name, folder]): [string, Case] => [name, { folder, uses: [] }])) };
    const runs = await inTurn(
      RUNS,
      Object.fromEntries(Object.entries(cases).map(([name, { folder, uses }]) => [name, () => inFreshProcess<Loading>('load', folder, ...uses)])),
    );
    return [{
      title,
      columns: ['package', 'ms', 'of its own modules', 'modules of aws-cdk-lib'],
      rows: Object.entries(runs).map(([name, loadings]) => [
        name,
        median(loadings.map(({ milliseconds }) => milliseconds)).toFixed(2),
        loadings[0].ownModules,
        loadings[0].libraryModules,
      ]),
      notes: [`Fresh processes, medians of ${RUNS} alternating runs, with the same aws-cdk-lib.`],
    }];
  },
};
