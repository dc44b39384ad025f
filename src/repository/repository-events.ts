import { Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import {
  OnImageDeletedOptions, OnImagePushedOptions, OnProtectionChangedOptions, OnScanFindingsOptions, OnUnexpectedTagOptions,
} from './event-options';
import { addRepositoryRule } from './repository-rule';
import { constructError } from '../construct/construct-error';
import { DEPLOYED_TAG_PREFIX, matchesDeployedTag } from '../names/deployed-tag';
import { FindingSeverity } from '../names/finding-severity';
import { severitiesFrom } from '../names/severity-order';
import { covers, unmatchable, wildcards } from '../names/tag-pattern';

/** As many as ECR takes in a pattern of its own. */
const MAX_WILDCARDS = 4;

/** ECR gives an image that is pushed by its digest, such as those of an index, an empty tag. */
const NO_TAG = '';

/** What takes away something that a repository promises. Deleting images has an event of its own. */
const PROTECTION_CALLS = [
  'DeleteLifecyclePolicy',
  'DeleteRepository',
  'DeleteRepositoryPolicy',
  'PutImageScanningConfiguration',
  'PutImageTagMutability',
  'PutLifecyclePolicy',
  'SetRepositoryPolicy',
];

/** A rule for pushes with a tag. */
export function onImagePushed(repository: ecr.Repository, id: string, options: OnImagePushedOptions = {}): events.Rule {
  const { tags } = options;
  checkPatterns(repository, 'tags', tags, pattern => covers(pattern, '*') ? 'it matches every tag; leave tags out'
    : matchesDeployedTag(pattern) ? `it matches tags that this library sets (${DEPLOYED_TAG_PREFIX}<digest>); give a narrower one` : undefined);
  return addRepositoryRule(repository, id, options, imageAction(repository, 'PUSH', {
    'image-tag': tags ? oneOf(tags) : noneOf([]),
  }));
}

/** A rule for images and tags that were deleted. */
export function onImageDeleted(repository: ecr.Repository, id: string, options: OnImageDeletedOptions = {}): events.Rule {
  const { tags } = options;
  checkPatterns(repository, 'tags', tags, () => undefined);
  return addRepositoryRule(repository, id, options, imageAction(repository, 'DELETE', tags && {
    'image-tag': tags.some(pattern => covers(pattern, '*')) ? [{ 'anything-but': NO_TAG }] : oneOf(tags),
  }));
}

/** A rule for pushes with a tag that nobody expects. */
export function onUnexpectedTag(repository: ecr.Repository, id: string, options: OnUnexpectedTagOptions): events.Rule {
  const allowed = options?.allowed ?? [];
  checkPatterns(repository, 'allowed', allowed, pattern => covers(pattern, '*') ? 'it allows every tag, so the rule would never match; name the tags that you expect'
    : undefined);
  return addRepositoryRule(repository, id, options, imageAction(repository, 'PUSH', { 'image-tag': noneOf(allowed) }));
}

/** A rule for what scans find. */
export function onScanFindings(repository: ecr.Repository, id: string, options: OnScanFindingsOptions = {}): events.Rule {
  const minimum = options.minimumSeverity ?? FindingSeverity.HIGH;
  const severities = severitiesFrom(minimum);
  if (!severities) {
    throw constructError(repository, `minimumSeverity is '${minimum}'; give a FindingSeverity, such as FindingSeverity.HIGH`);
  }
  const counts = severities.map(severity => ({ [severity]: [{ numeric: ['>', 0] }] }));
  const scan = {
    // Basic scanning gives the name, and Amazon Inspector the ARN.
    'repository-name': [repository.repositoryName, repository.repositoryArn],
    'finding-severity-counts': counts.length > 1 ? { $or: counts } : counts[0],
  };
  const finding = {
    resources: { id: [{ prefix: `${repository.repositoryArn}/sha256:` }] },
    severity: severities,
    status: ['ACTIVE'],
  };
  const eachFinding = options.eachFinding ?? true;
  return addRepositoryRule(repository, id, options, {
    source: ['aws.ecr', 'aws.inspector2'],
    detailType: ['ECR Image Scan', 'Inspector2 Scan', ...eachFinding ? ['Inspector2 Finding'] : []],
    ...environment(repository),
    detail: eachFinding ? { $or: [scan, finding] } : scan,
  });
}

/** A rule for API calls that take away what the repository promises. */
export function onProtectionChanged(repository: ecr.Repository, id: string, options: OnProtectionChangedOptions = {}): events.Rule {
  return addRepositoryRule(repository, id, options, {
    source: ['aws.ecr'],
    detailType: ['AWS API Call via CloudTrail'],
    ...environment(repository),
    detail: {
      eventSource: ['ecr.amazonaws.com'],
      eventName: PROTECTION_CALLS,
      errorCode: [{ exists: false }],
      requestParameters: {
        repositoryName: [repository.repositoryName],
        // Without it, the call is about the registry of whoever makes it.
        registryId: [{ exists: false }, repository.env.account],
      },
      ...options.ignoreCloudFormation ? { sourceIPAddress: [{ 'anything-but': 'cloudformation.amazonaws.com' }] } : {},
    },
  });
}

function imageAction(repository: ecr.Repository, action: string, detail: Record<string, unknown> = {}): events.EventPattern {
  return {
    source: ['aws.ecr'],
    detailType: ['ECR Image Action'],
    ...environment(repository),
    detail: { 'action-type': [action], 'result': ['SUCCESS'], 'repository-name': [repository.repositoryName], ...detail },
  };
}

/** A bus may get the events of other accounts and Regions too, which may have a repository of this name. */
function environment({ env }: ecr.Repository): events.EventPattern {
  return { account: [env.account], region: [env.region] };
}

function oneOf(patterns: string[]): unknown[] {
  return patterns.map(pattern => wildcards(pattern) > 0 ? { wildcard: pattern } : pattern);
}

/** A tag that matches none of the patterns, and is not one of ours. */
function noneOf(patterns: string[]): unknown[] {
  return [{ 'anything-but': { wildcard: [NO_TAG, `${DEPLOYED_TAG_PREFIX}*`, ...patterns] } }];
}

function checkPatterns(
  repository: ecr.Repository, name: string, patterns: string[] | undefined, ownProblem: (pattern: string) => string | undefined,
): void {
  if (patterns?.length === 0) {
    throw constructError(repository, `${name} is empty; give patterns of tags, such as 'v*'`);
  }
  patterns?.forEach((pattern, index) => {
    const problem = patternProblem(pattern) ?? ownProblem(pattern) ?? (patterns.indexOf(pattern) < index ? 'it is there twice; drop one' : undefined);
    if (problem) {
      throw constructError(repository, `${name} pattern '${pattern}': ${problem}`);
    }
  });
}

function patternProblem(pattern: string): string | undefined {
  if (typeof pattern !== 'string') {
    return 'expected a text';
  }
  if (Token.isUnresolved(pattern) || Token.isUnresolved([pattern])) {
    return 'it must be known at synth, and this one is a token; give a literal';
  }
  if (pattern.includes('**')) {
    return "EventBridge does not take '*' after '*'; one of them does";
  }
  if (wildcards(pattern) > MAX_WILDCARDS) {
    return `it has ${wildcards(pattern)} '*'; ${MAX_WILDCARDS} are the most that a pattern of tags may have`;
  }
  return unmatchable(pattern);
}
