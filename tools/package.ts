/** Makes the package for one language, the argument, from what is compiled: `js`, `python`, `java`, `go`, or `dotnet`, of which only the code. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mustSucceed } from './logged-command';
import { requireToolchain } from './toolchain';

const ROOT = join(__dirname, '..');

async function main([language]: string[]): Promise<void> {
  const purpose = `package:${language}`;
  requireToolchain(language, purpose);
  if (!existsSync(join(ROOT, '.jsii'))) {
    throw new Error(`${purpose} packages what is compiled, and nothing is; run: npx projen compile`);
  }
  rmSync(join(ROOT, 'dist', language), { recursive: true, force: true });
  const start = Date.now();
  await mustSucceed(purpose, {
    command: process.execPath,
    args: [join(ROOT, 'node_modules/jsii-pacmak/bin/jsii-pacmak'), '-v', '--target', language, ...(language === 'dotnet' ? ['--code-only'] : [])],
    cwd: ROOT,
    log: join(ROOT, '.cache', 'logs', `${purpose.replace(':', '-')}.log`),
  });
  console.log(`${purpose}: dist/${language} in ${Math.round((Date.now() - start) / 1000)} s`);
}

main(process.argv.slice(2)).catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
