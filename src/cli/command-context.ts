import { relative, resolve } from 'path';
import { PinsOfAssembly, readAssembly } from './assembly';
import { cdkSettings } from './cdk-settings';
import { UsageError } from './failures';
import { Lock, readLock } from './lock-file';
import { idlePatterns, isMeant } from './pins';
import { Registries } from './registries';
import { Report } from './report';
import { Surroundings } from './surroundings';
import { LockRequest } from '../lock/lock-request';

export interface CommandOptions {
  readonly context: string;
  readonly output?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/** What a command works with. */
export class CommandContext {
  public readonly file: string;
  /** The folder of the cloud assembly, as people call it. */
  public readonly folder: string;
  public readonly report: Report;
  private readonly profile?: string;
  private readonly path: string;

  constructor(options: CommandOptions, public readonly surroundings: Surroundings) {
    const settings = cdkSettings([], surroundings);
    this.file = resolve(surroundings.folder, options.context);
    this.path = options.output === undefined ? settings.assembly : resolve(surroundings.folder, options.output);
    this.folder = relative(surroundings.folder, this.path) || '.';
    this.profile = options.profile ?? settings.profile;
    this.report = new Report(surroundings, options.json ?? false);
  }

  public lock(): Lock {
    return readLock(this.file);
  }

  public assembly(): PinsOfAssembly | undefined {
    return readAssembly(this.path);
  }

  /** Lock and assembly; throws when the folder has neither. */
  public state(): { lock: Lock; assembly: PinsOfAssembly | undefined } {
    const lock = this.lock();
    const assembly = this.assembly();
    if (!lock.exists && !assembly) {
      throw new UsageError(`neither ${this.file} nor ${this.folder} is there; run this in the folder of cdk.json, and cdk synth before`);
    }
    return { lock, assembly };
  }

  public registries(): Registries {
    return new Registries({ profile: this.profile, env: this.surroundings.env });
  }
}

/** Those of the keys that patterns mean; throws when a pattern means none. */
export function chosen(keys: string[], patterns: string[]): string[] {
  const idle = idlePatterns(keys, patterns);
  if (idle.length > 0) {
    throw new UsageError(`no pin is meant by ${idle.map(pattern => `'${pattern}'`).join(', ')}; `
      + "expected a key of the lock or 'repository:tag', with * for any text, see: npx cdk-image-lock list");
  }
  return keys.filter(key => isMeant(key, patterns));
}

/** What to ask about the pins of lock and app. Without the app, an index is to hold the platforms it held so far. */
export function requestsFor({ lock, assembly }: { lock: Lock; assembly: PinsOfAssembly | undefined }): Map<string, LockRequest> {
  const requests = new Map<string, LockRequest>();
  for (const key of [...lock.entries.keys(), ...lock.problems.keys(), ...assembly?.missing ?? [], ...assembly?.requests.keys() ?? []]) {
    const platforms = lock.entries.get(key)?.platforms;
    requests.set(key, assembly?.requests.get(key) ?? { key, ...(platforms && { requirePlatforms: platforms }) });
  }
  return requests;
}
