import { FindingSeverity } from './finding-severity';

/** The most severe first, with what the services call each. */
const NAMES = new Map([
  [FindingSeverity.CRITICAL, ['CRITICAL']],
  [FindingSeverity.HIGH, ['HIGH']],
  [FindingSeverity.MEDIUM, ['MEDIUM']],
  [FindingSeverity.LOW, ['LOW']],
  [FindingSeverity.INFORMATIONAL, ['INFORMATIONAL']],
  [FindingSeverity.UNDEFINED, ['UNDEFINED', 'UNTRIAGED']],
]);

/** What the services call a severity and those above it, the most severe first; `undefined` for what is no severity. */
export function severitiesFrom(minimum: FindingSeverity): string[] | undefined {
  const severities = [...NAMES.keys()];
  const index = severities.indexOf(minimum);
  return index < 0 ? undefined : severities.slice(0, index + 1).flatMap(severity => NAMES.get(severity)!);
}

/** The severity that the services call so; `undefined` for what is none of them. */
export function severityCalled(name: string | undefined): FindingSeverity | undefined {
  return [...NAMES.keys()].find(severity => NAMES.get(severity)!.includes(name ?? ''));
}
