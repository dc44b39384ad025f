import { Token } from 'aws-cdk-lib';
import { ContainerImageRule } from './container-image-rule';
import { ContainerImageException, ContainerImagePolicyProps } from './policy-options';
import { isDay } from '../names/day';

/** A pattern that names nothing, such as `*:*` or `*` and `**` with a slash between them, leaves next to nothing out. */
const WILDCARDS_ONLY = /^[^\p{L}\p{N}]*$/u;

const RULES: string[] = Object.values(ContainerImageRule);

/** What is wrong with what somebody gives to a policy, or `undefined` when nothing is. */
export function optionsProblem({ exceptions = [], warnings = [] }: ContainerImagePolicyProps): string | undefined {
  return [
    ...exceptions.map((exception, index) => named(`exceptions[${index}]`, exceptionProblem(exception))),
    ...warnings.map((rule, index) => named(`warnings[${index}]`, ruleProblem(rule))),
  ].find(problem => problem !== undefined);
}

function named(name: string, problem: string | undefined): string | undefined {
  return problem && `${name} ${problem}`;
}

function exceptionProblem({ image, path, rule, reason, until }: ContainerImageException): string | undefined {
  if (typeof reason !== 'string' || reason.trim() === '') {
    return 'has no reason; say why it is right';
  }
  if ([image, path].every(pattern => pattern === undefined || WILDCARDS_ONLY.test(pattern)) && rule === undefined) {
    return 'matches everything; give it an image, a path or a rule';
  }
  const token = Object.entries({ image, path }).find(([, pattern]) => Token.isUnresolved(pattern));
  if (token) {
    return `has a token as ${token[0]}; expected a pattern of what is known at synth`;
  }
  if (path?.startsWith('/')) {
    return `has path '${path}'; the paths of constructs do not begin with '/', so leave it out`;
  }
  if (until !== undefined && !isDay(until)) {
    return `has until '${until}'; expected a day as YYYY-MM-DD`;
  }
  return rule && ruleProblem(rule);
}

function ruleProblem(rule: string): string | undefined {
  return RULES.includes(rule) ? undefined : `has the rule '${rule}'; expected one of ${RULES.join(', ')}`;
}
