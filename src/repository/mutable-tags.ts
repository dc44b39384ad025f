import { Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { IConstruct } from 'constructs';
import { constructError } from '../construct/construct-error';
import { ConstructNote } from '../construct/construct-note';
import { covers, unmatchable, wildcards } from '../names/tag-pattern';

/** ECR's limits: filters of a repository, and wildcards in a filter. */
const MAX_FILTERS = 5;
const MAX_WILDCARDS = 2;

const mutableTags = new ConstructNote<string[]>('mutableTags');

/** Remembers which tags of a repository can be moved. */
export function declareMutableTags(repository: ecr.IRepository, patterns: string[]): void {
  mutableTags.set(repository, patterns);
}

/** The pattern under which a tag of a repository can be moved, if it is known to be movable. */
export function mutableTagPattern(repository: IConstruct, tag: string): string | undefined {
  return mutableTags.of(repository)?.find(pattern => covers(pattern, tag));
}

/** Whether a construct is a release repository or a dev companion, which any copy of this package in an app may have made. */
export function isSecureRepository(construct: IConstruct): boolean {
  return mutableTags.of(construct) !== undefined;
}

/** Throws when ECR would not take the patterns as mutability exclusion filters, or when they undo immutability. */
export function validateMutableTags(scope: IConstruct, patterns: string[]): void {
  if (patterns.length > MAX_FILTERS) {
    throw constructError(scope, `mutableTags has ${patterns.length} patterns; ECR takes at most ${MAX_FILTERS}, so use wildcards or devCompanion`);
  }
  patterns.forEach((pattern, index) => {
    const problem = patternProblem(pattern) ?? (patterns.indexOf(pattern) < index ? 'it is there twice; drop one' : undefined);
    if (problem) {
      throw constructError(scope, `mutableTags pattern '${pattern}': ${problem}`);
    }
  });
}

function patternProblem(pattern: string): string | undefined {
  if (typeof pattern !== 'string') {
    return 'expected a text';
  }
  if (Token.isUnresolved(pattern)) {
    return 'it must be known at synth, and this one is a token; give a literal';
  }
  if (covers(pattern, '*')) {
    return 'it would make every tag mutable; name the tags that move, or use devCompanion for them';
  }
  if (wildcards(pattern) > MAX_WILDCARDS) {
    return `it has ${wildcards(pattern)} '*'; ECR takes at most ${MAX_WILDCARDS} in a filter`;
  }
  if (pattern.length > 128) {
    return `it has ${pattern.length} characters; ECR takes at most 128 in a filter`;
  }
  return unmatchable(pattern);
}
