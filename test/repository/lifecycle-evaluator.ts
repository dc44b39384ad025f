import { PolicyRule } from './lifecycle-policy-text';

/** What Amazon ECR knows of an image, as far as lifecycle policies ask. */
export interface EvaluatedImage {
  readonly image: string;
  readonly tags: string[];
  readonly pushedDaysAgo: number;
  readonly pulledDaysAgo?: number;
  /** Set for an image in the archive storage class. */
  readonly archivedDaysAgo?: number;
}

export interface Evaluation {
  readonly expired: string[];
  readonly archived: string[];
}

/**
 * What a lifecycle policy does, by the Amazon ECR user guide:
 *
 * - every rule selects its images as if there were no other rule, so that a count counts what other rules take as well;
 * - several patterns in a rule have to match all, each one any of the tags;
 * - rules apply by priority, and an image that matches the tags of a rule is out of reach of the rules behind it.
 *
 * Of images pushed at the same time the later one in the list is the newer one.
 */
export function evaluate(rules: PolicyRule[], images: EvaluatedImage[]): Evaluation {
  const expired: string[] = [];
  const archived: string[] = [];
  const decided = new Set<EvaluatedImage>();
  for (const rule of [...rules].sort((a, b) => a.rulePriority - b.rulePriority)) {
    const candidates = images.filter(image => isCandidate(rule, image));
    const selected = selectedByCount(rule, candidates);
    candidates.filter(image => !decided.has(image) && selected.has(image)).forEach(({ image }) =>
      (rule.action.type === 'expire' ? expired : archived).push(image));
    candidates.forEach(image => decided.add(image));
  }
  return { expired: expired.sort(), archived: archived.sort() };
}

function isCandidate({ selection }: PolicyRule, image: EvaluatedImage): boolean {
  const storageClass = image.archivedDaysAgo === undefined ? 'standard' : 'archive';
  if (storageClass !== (selection.storageClass ?? 'standard')) {
    return false;
  }
  switch (selection.tagStatus) {
    case 'any': return true;
    case 'untagged': return image.tags.length === 0;
    case 'tagged': return [...selection.tagPatternList ?? [], ...(selection.tagPrefixList ?? []).map(prefix => `${prefix}*`)]
      .every(pattern => image.tags.some(tag => matches(pattern, tag)));
  }
}

function selectedByCount({ selection: { countType, countNumber } }: PolicyRule, candidates: EvaluatedImage[]): Set<EvaluatedImage> {
  switch (countType) {
    case 'imageCountMoreThan': return new Set(newestFirst(candidates).slice(countNumber));
    case 'sinceImagePushed': return new Set(candidates.filter(image => image.pushedDaysAgo > countNumber));
    case 'sinceImagePulled': return new Set(candidates.filter(image => image.pulledDaysAgo! > countNumber));
    case 'sinceImageTransitioned': return new Set(candidates.filter(image => image.archivedDaysAgo! > countNumber));
  }
}

function newestFirst(images: EvaluatedImage[]): EvaluatedImage[] {
  return images.map((image, index) => ({ image, index }))
    .sort((a, b) => a.image.pushedDaysAgo - b.image.pushedDaysAgo || b.index - a.index)
    .map(({ image }) => image);
}

/** Tries every length for what a `*` stands for; slow and plain. */
function matches(pattern: string, tag: string): boolean {
  if (pattern === '') {
    return tag === '';
  }
  return pattern[0] === '*'
    ? [...tag, ''].some((_, start) => matches(pattern.slice(1), tag.slice(start)))
    : tag[0] === pattern[0] && matches(pattern.slice(1), tag.slice(1));
}
