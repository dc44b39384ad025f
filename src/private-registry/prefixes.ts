import { Token } from 'aws-cdk-lib';
import { isBelow, PrefixLengths, prefixProblem } from '../names/repository-prefix';

/** What is wrong with a prefix that has to be known at synth, or `undefined` when nothing is. */
export function knownPrefixProblem(prefix: string, lengths: PrefixLengths): string | undefined {
  return Token.isUnresolved(prefix) ? 'it must be known at synth, and this one is a token; give a literal' : prefixProblem(prefix, lengths);
}

/** What is wrong with a list of prefixes, or `undefined` when nothing is: also those that do nothing beside others. */
export function prefixesProblem(prefixes: string[], lengths: PrefixLengths): string | undefined {
  if (!Array.isArray(prefixes)) {
    return `prefixes is '${prefixes}'; expected a list`;
  }
  if (prefixes.length === 0) {
    return 'prefixes is empty, so it would be for nothing; name some, or leave it out for all repositories';
  }
  return prefixes.map((prefix, index) => {
    const problem = knownPrefixProblem(prefix, lengths) ?? coveredProblem(prefix, prefixes.filter((_, other) => other !== index));
    return problem && `prefix '${prefix}': ${problem}`;
  }).find(Boolean);
}

function coveredProblem(prefix: string, others: string[]): string | undefined {
  const other = others.find(one => isBelow(prefix, one));
  return other && `'${other}' is for all of it; drop one`;
}
