import { statSync } from 'fs';
import { join, relative, resolve } from 'path';
import { parseLockKey } from '../../lock/lock-key';
import { LockRequest } from '../../lock/lock-request';
import { isEcr } from '../../names/repository-name';
import { PinsOfAssembly, readAssembly } from '../cdk/assembly';
import { CdkSettings, cdkSettings } from '../cdk/settings';
import { Lock, readLock } from '../lock-file/lock-file';
import { MfaSession } from '../lookup/mfa-session';
import { Registries } from '../lookup/registries';
import { UsageError } from '../terminal/exit-codes';
import { ProcessContext } from '../terminal/process-context';
import { Format, Report } from '../terminal/report';

/** The file where the CDK CLI keeps what it looked up. */
export const CONTEXT_FILE = 'cdk.context.json';

export interface CommandOptions {
  readonly context: string;
  readonly output?: string;
  readonly profile?: string;
  readonly format: Format;
  readonly registryInsecure?: string[];
}

/** What is in the lock, and what the app asks for, where it was synthesized. */
export interface LockState {
  readonly lock: Lock;
  readonly assembly: PinsOfAssembly | undefined;
  /** The keys that the app has from a place which comes before the lock. */
  readonly overrides: ReadonlySet<string>;
  /** Whether the app was synthesized after the lock was written. */
  readonly isAssemblyNewer: boolean;
}

export interface SynthesizedState extends LockState {
  readonly assembly: PinsOfAssembly;
}

/** What a command works with. */
export class CommandContext {
  public readonly file: string;
  /** The folder of the cloud assembly, as people call it. */
  public readonly folder: string;
  public readonly report: Report;
  private readonly settings: Omit<CdkSettings, 'assembly' | 'contextKeys'>;
  private readonly overrides: ReadonlySet<string>;
  private readonly path: string;

  constructor(private readonly options: CommandOptions, public readonly processContext: ProcessContext) {
    const { assembly, contextKeys, ...settings } = cdkSettings([], processContext);
    this.overrides = new Set(contextKeys);
    this.file = resolve(processContext.cwd, options.context);
    this.path = options.output === undefined ? assembly : resolve(processContext.cwd, options.output);
    this.folder = relative(processContext.cwd, this.path) || '.';
    this.settings = { ...settings, profile: options.profile ?? settings.profile };
    this.report = new Report(processContext, options.format);
  }

  /** Lock and assembly; throws when the folder has neither, or lacks the one that was named. */
  public state(): LockState {
    const lock = readLock(this.file);
    const assembly = readAssembly(this.path);
    if (!assembly && this.options.output !== undefined) {
      throw this.noAssembly();
    }
    if (!lock.exists && this.options.context !== CONTEXT_FILE) {
      throw new UsageError(`${this.file} is not there; expected the file with the lock, correct --context`);
    }
    if (!lock.exists && !assembly) {
      throw new UsageError(`neither ${this.file} nor ${this.folder} is there; run this in the folder of cdk.json, and cdk synth before`);
    }
    return { lock, assembly, overrides: this.overrides, isAssemblyNewer: writtenAt(join(this.path, 'manifest.json')) >= writtenAt(this.file) };
  }

  /**
   * Lock and assembly of an app that was synthesized to the end; throws when there is none, or it may lack pins: when it still waits for other
   * lookups, or asks for nothing.
   */
  public synthesizedState(): SynthesizedState {
    const { assembly, ...state } = this.state();
    if (!assembly) {
      throw this.noAssembly();
    }
    if (assembly.otherMissing.length > 0) {
      throw new UsageError(`${this.folder} was synthesized without an answer for '${assembly.otherMissing[0]}', so it may lack pins; run cdk synth again`);
    }
    if (assembly.requests.size === 0 && state.lock.entries.size + state.lock.problems.size > 0) {
      throw new UsageError(`${this.folder} asks for no pin at all; expected the output of this app with this release, run cdk synth again, `
        + "or drop all pins with: npx cdk context --reset 'image-digest:*'");
    }
    return { ...state, assembly };
  }

  /** Throws when a host that is to be asked in plain text has none of the pins. */
  public registries(state: LockState): Registries {
    const { env, ask } = this.processContext;
    const { registryInsecure: insecure = [] } = this.options;
    const hosts = new Set([...requestsFor(state).keys()].map(hostOf));
    const idle = insecure.find(host => !hosts.has(host));
    if (idle !== undefined) {
      throw new UsageError(`no pin is of '${idle}', which --registry-insecure names; expected a host as in the image's reference, see: npx cdk-image-lock list`);
    }
    return new Registries({ ...this.settings, env, mfa: new MfaSession(ask) }, insecure);
  }

  private noAssembly(): UsageError {
    return new UsageError(`${this.folder} is not there, so nothing tells which pins the app asks for; run cdk synth first, or name the folder with --output`);
  }
}

function writtenAt(file: string): bigint {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n;
}

function hostOf(key: string): string | undefined {
  const repository = parseLockKey(key)?.repository;
  return repository && !isEcr(repository) ? repository.host : undefined;
}

/** What to ask about the pins of lock and app. Without the app, an index is to hold the platforms it held so far. */
export function requestsFor({ lock, assembly }: LockState): Map<string, LockRequest> {
  const requests = new Map<string, LockRequest>();
  for (const key of [...lock.entries.keys(), ...lock.problems.keys(), ...assembly?.missing ?? [], ...assembly?.requests.keys() ?? []]) {
    const platforms = lock.entries.get(key)?.platforms;
    requests.set(key, assembly?.requests.get(key) ?? { key, ...(platforms && { requirePlatforms: platforms }) });
  }
  return requests;
}
