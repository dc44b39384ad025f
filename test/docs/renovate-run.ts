/**
 * Runs Renovate's own code in the working folder, by a preset: prints what it finds there, and writes what its pull requests would change.
 * The arguments are the folder of Renovate, the preset's file, and the host of a registry without TLS; other registries are not asked.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [renovate, preset, registry] = process.argv.slice(2);

async function load(module: string): Promise<any> {
  return import(pathToFileURL(join(renovate, 'dist', `${module}.js`)).href);
}

async function main(): Promise<void> {
  const { GlobalConfig } = await load('config/global');
  const { getConfig } = await load('config/defaults');
  const { mergeChildConfig } = await load('config/utils');
  const { setPlatformScmApi } = await load('modules/platform/scm');
  const hostRules = await load('util/host-rules');
  const cache = await load('util/cache/package/index');
  const { extractAllDependencies } = await load('workers/repository/extract/index');
  const { fetchUpdates } = await load('workers/repository/process/fetch');
  const { branchifyUpgrades } = await load('workers/repository/updates/branchify');
  const { doAutoReplace } = await load('workers/repository/update/branch/auto-replace');

  const localDir = process.cwd();
  const cacheDir = join(localDir, '.renovate');
  GlobalConfig.set({ localDir, cacheDir, platform: 'local' });
  setPlatformScmApi('local');
  await cache.init({ cacheDir });
  hostRules.add({ matchHost: `https://${registry}`, hostType: 'docker', insecureRegistry: true }, { trusted: true });

  const ofRepository = { enabledManagers: ['custom.regex'], ignoreDeps: [], semanticCommits: 'disabled', repoIsOnboarded: true, errors: [], warnings: [] };
  const config = mergeChildConfig({ ...getConfig(), ...ofRepository }, JSON.parse(await readFile(preset, 'utf8')));
  const { packageFiles } = await extractAllDependencies(config);
  const found = packageFiles.regex.flatMap(({ packageFile, deps }: any) => deps.map(({ depName, currentValue, currentDigest }: any) =>
    ({ packageFile, depName, currentValue, currentDigest })));
  for (const file of packageFiles.regex) {
    file.deps = file.deps.map((dep: any) => dep.depName.startsWith(registry) ? dep : { ...dep, skipReason: 'ignored' });
  }

  await fetchUpdates(config, packageFiles);
  const warnings = packageFiles.regex.flatMap(({ deps }: any) => deps.flatMap((dep: any) => dep.warnings ?? []));
  const { branches } = await branchifyUpgrades(config, packageFiles);
  for (const upgrade of branches.flatMap(({ upgrades }: any) => upgrades)) {
    await writeFile(upgrade.packageFile, await doAutoReplace(upgrade, await readFile(upgrade.packageFile, 'utf8'), false));
  }
  const pullRequests = branches.map(({ upgrades }: any) => upgrades.map(({ packageFile, depName, updateType, currentValue, newValue }: any) =>
    ({ packageFile, depName, updateType, from: currentValue, to: newValue })));
  console.log(JSON.stringify({ found, warnings, pullRequests }));
}

void main();
