import { spawnSync } from 'node:child_process';

interface Tool {
  readonly name: string;
  /** Succeeds where the tool is there. */
  readonly check: string[];
  readonly install: string;
}

const PYTHON: Tool = {
  name: 'Python 3.10 or newer with venv',
  check: ['python3', '-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))'],
  install: 'on Debian and Ubuntu: apt-get install python3-venv',
};
const JDK: Tool = { name: 'a Java Development Kit', check: ['javac', '-version'], install: 'on Debian and Ubuntu: apt-get install openjdk-17-jdk-headless' };
const MAVEN: Tool = { name: 'Apache Maven', check: ['mvn', '--version'], install: 'on Debian and Ubuntu: apt-get install maven' };
const GO: Tool = { name: 'Go 1.21 or newer', check: ['go', 'version'], install: 'a release of Go' };

const TOOLCHAINS: Record<string, Tool[]> = { python: [PYTHON], java: [JDK, MAVEN], go: [GO] };

/** Throws, in one line, where a tool that a language takes is missing. */
export function requireToolchain(language: string, purpose: string): void {
  for (const { name, check: [command, ...args], install } of TOOLCHAINS[language] ?? []) {
    const { status, error } = spawnSync(command, args, { env: process.env, stdio: 'ignore' });
    if (error || status !== 0) {
      throw new Error(`${purpose} needs ${name}, and '${command}' ${error ? 'is not on the PATH' : 'does not do'}; install it (${install})`);
    }
  }
}
