import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { knownLength } from './known-length';
import { constructError } from '../construct/construct-error';

/** EventBridge's quota for the characters of an event pattern, and what it can be raised to. */
const PATTERN_QUOTA = 2048;
const MAX_PATTERN_QUOTA = 4096;

/** A rule for events of a repository, with what the options add to it. */
export function addRepositoryRule(
  repository: Construct, id: string, options: events.OnEventOptions, pattern: events.EventPattern,
): events.Rule {
  const decided = fields({ eventPattern: pattern });
  const twice = fields({ eventPattern: options.eventPattern }).find(field => decided.some(other => isWithin(field, other) || isWithin(other, field)));
  if (twice) {
    throw constructError(repository, `${twice} of '${id}' is decided by the method, and would let more events pass, not fewer; `
      + 'leave it out, or use onEvent');
  }
  const rule = new events.Rule(repository, id, { ...options, eventPattern: undefined });
  rule.addEventPattern(pattern);
  rule.addEventPattern(options.eventPattern); // the CDK writes into what comes first, and this may be for several rules
  rule.addTarget(options.target);
  rule.node.addValidation({ validate: () => lengthProblems(rule) });
  return rule;
}

function isWithin(field: string, other: string): boolean {
  return field === other || field.startsWith(`${other}.`);
}

/** The fields of a pattern; those in a branch of `$or` stand beside it, and those in a token are not known. */
function fields(pattern: object, path: string[] = []): string[] {
  return Object.entries(pattern).filter(([, value]) => value !== undefined).flatMap(([name, value]) => {
    const field = [...path, name];
    if (Array.isArray(value)) {
      return [field.join('.'), ...name === '$or' ? value.flatMap(branch => fields(branch, path)) : []];
    }
    return typeof value === 'object' && value !== null && !Token.isUnresolved(value) ? fields(value, field) : [field.join('.')];
  });
}

/** Not before the end of synthesis, as patterns can be added to a rule. */
function lengthProblems(rule: events.Rule): string[] {
  const { eventPattern } = rule.node.defaultChild as events.CfnRule;
  const length = knownLength(Stack.of(rule).resolve(eventPattern));
  const advice = 'give fewer or shorter patterns of tags';
  if (length > MAX_PATTERN_QUOTA) {
    return [`the event pattern has ${length} characters; EventBridge takes at most ${MAX_PATTERN_QUOTA}, so ${advice}`];
  }
  if (length > PATTERN_QUOTA) {
    Annotations.of(rule).addWarningV2('cdk-secure-repository:longEventPattern',
      `the event pattern has ${length} characters; EventBridge takes ${PATTERN_QUOTA} unless its quota is raised, so ${advice}`);
  }
  return [];
}
