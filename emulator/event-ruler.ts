import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = join(__dirname, '..', '.cache');
const PROGRAM = join(__dirname, 'event-ruler', 'Matches.java');
const POM = join(__dirname, 'event-ruler', 'pom.xml');

export interface PatternQuestion {
  readonly pattern: object;
  readonly events: object[];
}

export interface PatternAnswer {
  /** For each event, whether the pattern matches. */
  readonly matches?: boolean[];
  /** Why the pattern is none. */
  readonly refused?: string;
}

/**
 * What Event Ruler, the open source library that Amazon EventBridge matches with, says of event patterns.
 *
 * Takes a Java Development Kit and Apache Maven, which installs the library once.
 */
export async function askEventRuler(questions: PatternQuestion[]): Promise<PatternAnswer[]> {
  const java = spawn('java', ['-cp', classPath(await ensureProgram()), 'Matches'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => java.on('close', resolve).on('error', reject));
  java.stdin.end(questions.map(question => `${JSON.stringify(question)}\n`).join(''));
  const [output, status] = await Promise.all([text(java.stdout), ended]);
  if (status !== 0) {
    throw new Error(`Matches.java ended with ${status}`);
  }
  return output.trimEnd().split('\n').map(line => JSON.parse(line));
}

/** The folder with the program and what it needs. */
async function ensureProgram(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(POM)).update(await readFile(PROGRAM)).digest('hex').slice(0, 16);
  const program = join(CACHE, `event-ruler-${hash}`);
  if (!existsSync(program)) {
    await mkdir(CACHE, { recursive: true });
    const folder = await mkdtemp(join(CACHE, 'event-ruler-'));
    try {
      await run('mvn', ['--batch-mode', '--quiet', '--file', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]);
      await run('javac', ['-cp', classPath(folder), '-d', folder, PROGRAM]);
      await rename(folder, program).catch(error => {
        if (!existsSync(program)) throw error; // another process was first
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return program;
}

function classPath(folder: string): string {
  return [folder, join(folder, '*')].join(delimiter);
}
