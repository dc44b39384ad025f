import { relative, resolve } from 'path';
import { LockRequest } from '../../lock/lock-request';
import { PinsOfAssembly, readAssembly } from '../cdk/assembly';
import { CdkSettings, cdkSettings } from '../cdk/settings';
import { Lock, readLock } from '../lock-file/lock-file';
import { MfaSession } from '../lookup/mfa-session';
import { Registries } from '../lookup/registries';
import { UsageError } from '../terminal/exit-codes';
import { ProcessContext } from '../terminal/process-context';
import { Format, Report } from '../terminal/report';

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
  private readonly settings: Omit<CdkSettings, 'assembly'>;
  private readonly path: string;

  constructor(private readonly options: CommandOptions, public readonly processContext: ProcessContext) {
    const { assembly, ...settings } = cdkSettings([], processContext);
    this.file = resolve(processContext.cwd, options.context);
    this.path = options.output === undefined ? assembly : resolve(processContext.cwd, options.output);
    this.folder = relative(processContext.cwd, this.path) || '.';
    this.settings = { ...settings, profile: options.profile ?? settings.profile };
    this.report = new Report(processContext, options.format);
  }

  public lock(): Lock {
    return readLock(this.file);
  }

  public assembly(): PinsOfAssembly | undefined {
    return readAssembly(this.path);
  }

  /** Lock and assembly; throws when the folder has neither. */
  public state(): LockState {
    const lock = this.lock();
    const assembly = this.assembly();
    if (!lock.exists && !assembly) {
      throw new UsageError(`neither ${this.file} nor ${this.folder} is there; run this in the folder of cdk.json, and cdk synth before`);
    }
    return { lock, assembly };
  }

  /** Lock and assembly of an app that could be synthesized; throws when there is none, or it still waits for other lookups. */
  public synthesizedState(): SynthesizedState {
    const { lock, assembly } = this.state();
    if (!assembly) {
      throw new UsageError(`${this.folder} is not there, so nothing tells which pins the app asks for; run cdk synth first, or name the folder with --output`);
    }
    if (assembly.otherMissing.length > 0) {
      throw new UsageError(`${this.folder} was synthesized without an answer for '${assembly.otherMissing[0]}', so it may lack pins; run cdk synth again`);
    }
    return { lock, assembly };
  }

  public registries(): Registries {
    const { env, ask } = this.processContext;
    return new Registries({ ...this.settings, env, mfa: new MfaSession(ask) }, this.options.registryInsecure);
  }
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
