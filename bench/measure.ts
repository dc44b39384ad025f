import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Measures the variants in turn, so that whatever else the machine does falls on all of them alike. */
export async function inTurn<T>(runs: number, variants: Record<string, () => Promise<T>>): Promise<Record<string, T[]>> {
  const results: Record<string, T[]> = Object.fromEntries(Object.keys(variants).map(name => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const [name, measure] of Object.entries(variants)) {
      results[name].push(await measure());
    }
  }
  return results;
}

/** Milliseconds, not counting a first run that warms caches. */
export async function medianTimes(runs: number, variants: Record<string, () => Promise<unknown>>): Promise<Record<string, number>> {
  const times = await inTurn(runs + 1, Object.fromEntries(Object.entries(variants).map(([name, work]) => [name, () => timeOf(work)])));
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values.slice(1))]));
}

/** In milliseconds. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}

export function ratio(value: number, base: number): string {
  return (value / base).toFixed(2);
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** Runs a program to its end and takes what it prints; throws where it fails. */
export async function runProcess(program: string, args: string[], { cwd, env, input = '' }: ProcessOptions = {}): Promise<string> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) {
    throw new Error(`${program} ${args.join(' ').slice(0, 200)} ended with exit code ${code}:\n${stdout}${stderr}`);
  }
  return stdout;
}
