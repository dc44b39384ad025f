import { statSync } from 'fs';
import { join } from 'path';
import { PinsOfAssembly, readAssembly, readRequest } from './assembly';
import { LockEntry } from '../../lock/lock-entry';
import { LockRequest } from '../../lock/lock-request';
import { LookupFailure } from '../lookup/lookup-failure';
import { Registries } from '../lookup/registries';
import { Resolution, resolvePins } from '../lookup/resolve-pins';
import { count } from '../terminal/describe-pin';
import { ProcessContext } from '../terminal/process-context';
import { reasonOf } from '../terminal/reason';
import { withProgress } from '../terminal/report';

/** Answers that were asked for together. */
interface Batch {
  /** Identifies the assembly that they were asked for. */
  readonly assembly: string | undefined;
  /** Each is given once: who asks again wants to know anew. */
  readonly answers: Promise<Map<string, Resolution>>;
}

/**
 * Answers the CDK CLI, which asks for one pin after the other: at the first question for all that the cloud assembly lists
 * as missing.
 */
export class PinContextProvider {
  private batch: Batch = { assembly: undefined, answers: Promise.resolve(new Map()) };

  /**
   * @param folder of the cloud assembly
   * @param registries made anew for each batch, so that credentials are never older
   */
  constructor(private readonly folder: string, private readonly registries: () => Registries, private readonly processContext: ProcessContext) {}

  /** Called by the CDK CLI with the properties of a missing context value. */
  public async getValue(properties: Record<string, unknown>): Promise<LockEntry> {
    const request = readRequest(properties);
    const assembly = identityOf(join(this.folder, 'manifest.json'));
    if (assembly !== this.batch.assembly || !(await this.batch.answers).has(request.key)) {
      this.batch = { assembly, answers: this.ask(this.together(request)) };
    }
    const answers = await this.batch.answers;
    const answer = answers.get(request.key)!;
    answers.delete(request.key);
    if (answer instanceof LookupFailure) {
      throw new Error(answer.message);
    }
    return answer;
  }

  private async ask(requests: LockRequest[]): Promise<Map<string, Resolution>> {
    return withProgress(`cdk-secure-repository: asking for the digest of ${count(requests.length, 'image')}…`, this.processContext.stderr,
      async () => resolvePins(requests, this.registries(), this.processContext));
  }

  private together(request: LockRequest): LockRequest[] {
    const assembly = this.assembly();
    return assembly?.missing.includes(request.key) && isCovered(request, assembly.requests.get(request.key)!)
      ? assembly.missing.map(key => assembly.requests.get(key)!)
      : [assembly?.lookupRoles.complete(request) ?? request];
  }

  private assembly(): PinsOfAssembly | undefined {
    try {
      return readAssembly(this.folder);
    } catch (error) {
      this.processContext.stderr.write(`cdk-secure-repository: ${reasonOf(error)}; asking for one image at a time\n`);
      return undefined;
    }
  }
}

/** An assembly in the same folder may be another one than the CDK CLI works on. */
function isCovered({ requirePlatforms = [] }: LockRequest, known: LockRequest): boolean {
  return requirePlatforms.every(platform => known.requirePlatforms?.includes(platform));
}

function identityOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && [stat.ino, stat.size, stat.mtimeNs].join();
}
