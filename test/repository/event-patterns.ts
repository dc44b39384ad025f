import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import { evaluate } from '../../emulator/evaluate';
import { askEventRuler } from '../../emulator/event-ruler';
import { SecureRepository } from '../../src';
import { requireToolchain } from '../../tools/toolchain';

/** An event of EventBridge, as far as tests change it. */
export interface SampleEvent {
  readonly account: string;
  readonly region: string;
  readonly detail: Record<string, any>;
}

/** An event that AWS has published. */
export function sampleEvent(name: string): SampleEvent {
  return JSON.parse(readFileSync(join(__dirname, 'events', `${name}.json`), 'utf8')).event;
}

/** An event that differs in some members, by their paths; `undefined` takes one away. */
export function changed<T extends object>(event: T, changes: Record<string, unknown>): T {
  const copy = structuredClone(event);
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('/');
    const last = names.pop()!;
    const owner = names.reduce<any>((object, name) => object[name] ??= {}, copy);
    if (value === undefined) {
      delete owner[last];
    } else {
      owner[last] = value;
    }
  }
  return copy;
}

/** The pattern that EventBridge gets of a rule, for a repository where the event is from. */
export function deployedPattern(
  { account, region }: SampleEvent, repositoryName: string, addRule: (repository: SecureRepository) => events.Rule,
): object {
  const stack = new Stack(new App(), 'Stack', { env: { account, region } });
  const repository = new SecureRepository(stack, 'Images', { repositoryName });
  addRule(repository);
  const logicalId = stack.resolve((repository.node.defaultChild as ecr.CfnRepository).logicalId);
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  return evaluate(Properties.EventPattern, {
    [logicalId]: repositoryName,
    [`${logicalId}.Arn`]: `arn:aws:ecr:${region}:${account}:repository/${repositoryName}`,
  });
}

/** Which of the events a pattern matches. */
export async function matching<Name extends string>(pattern: object, candidates: Record<Name, object>): Promise<Name[]> {
  const names = Object.keys(candidates) as Name[];
  const [{ matches, refused }] = await askEventRuler([{ pattern, events: names.map(name => candidates[name]) }]);
  if (refused !== undefined) {
    throw new Error(`Event Ruler refuses ${JSON.stringify(pattern)}: ${refused}`);
  }
  return names.filter((_, index) => matches![index]);
}

/** Tests that ask Event Ruler. Without Java they are skipped, but fail where CI=true. */
export function describeWithEventRuler(name: string, tests: () => void): void {
  try {
    requireToolchain('java', name);
  } catch (error) {
    const { message } = error as Error;
    if (process.env.CI === 'true') {
      test(message, () => { throw error; });
    } else {
      test.skip(message, () => {});
    }
    return;
  }
  describe(name, () => {
    jest.setTimeout(120_000);
    tests();
  });
}
