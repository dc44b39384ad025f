import { Token } from 'aws-cdk-lib';
import { coveringFilter, filterProblem } from '../names/repository-filter';

/** ECR's limit of a rule. */
const MAX_FILTERS = 100;

/** What is wrong with the filters of a rule, or `undefined` when nothing is: also those that do nothing beside others. */
export function filtersProblem(name: string, filters: string[]): string | undefined {
  if (!Array.isArray(filters)) {
    return `${name} is '${filters}'; expected a list of filters`;
  }
  if (filters.length > MAX_FILTERS) {
    return `${name} has ${filters.length} filters; ECR takes at most ${MAX_FILTERS}, so use wildcards`;
  }
  return filters.map((filter, index) => {
    const problem = Token.isUnresolved(filter) ? 'it must be known at synth, and this one is a token; give a literal'
      : filterProblem(filter) ?? coveredProblem(filter, filters.filter((_, other) => other !== index));
    return problem && `${name} '${filter}': ${problem}`;
  }).find(Boolean);
}

function coveredProblem(filter: string, others: string[]): string | undefined {
  const other = coveringFilter(others, filter);
  return other && `'${other}' matches all that it matches; drop one`;
}
