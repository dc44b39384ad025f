import { spawnSync } from 'node:child_process';

interface Tool {
  readonly name: string;
  readonly command: string;
  /** Make the command print its version. */
  readonly versionArgs: string[];
  /** The oldest version that does, major and minor. */
  readonly oldest: [number, number];
  readonly install: string;
}

const PYTHON: Tool = {
  name: 'Python 3.10 or newer with venv',
  command: 'python3',
  versionArgs: ['-c', 'import ensurepip, platform, venv; print(platform.python_version())'],
  oldest: [3, 10],
  install: 'on Debian and Ubuntu: apt-get install python3-venv',
};
const JDK: Tool = {
  name: 'a Java Development Kit, 17 or newer',
  command: 'javac',
  versionArgs: ['-version'],
  oldest: [17, 0],
  install: 'on Debian and Ubuntu: apt-get install openjdk-17-jdk-headless',
};
const MAVEN: Tool = { name: 'Apache Maven 3.6 or newer', command: 'mvn', versionArgs: ['--version'], oldest: [3, 6], install: 'on Debian and Ubuntu: apt-get install maven' };
const GO: Tool = { name: 'Go 1.25 or newer', command: 'go', versionArgs: ['version'], oldest: [1, 25], install: 'a release of Go' };

const TOOLCHAINS: Record<string, Tool[]> = { python: [PYTHON], java: [JDK, MAVEN], go: [GO] };

/** Throws, in one line, where a tool that a language takes is missing or too old. */
export function requireToolchain(language: string, purpose: string): void {
  for (const tool of TOOLCHAINS[language] ?? []) {
    const problem = problemWith(tool);
    if (problem) {
      throw new Error(`${purpose} needs ${tool.name}, and '${tool.command}' ${problem}; install it (${tool.install})`);
    }
  }
}

function problemWith({ command, versionArgs, oldest: [major, minor] }: Tool): string | undefined {
  const { status, error, stdout, stderr } = spawnSync(command, versionArgs, { env: process.env, encoding: 'utf8' });
  if (error) {
    return 'is not on the PATH';
  }
  const [version, ...numbers] = /(\d+)\.(\d+)[.\d]*/.exec(stdout + stderr) ?? [];
  if (status !== 0 || version === undefined) {
    return `fails: ${(stderr || stdout).trim().split('\n').at(-1) ?? ''}`;
  }
  const [gotMajor, gotMinor] = numbers.map(Number);
  return gotMajor < major || (gotMajor === major && gotMinor < minor) ? `is ${version}` : undefined;
}
