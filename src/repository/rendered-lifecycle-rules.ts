/** A rule as it stands in the text of a lifecycle policy. */
export interface RenderedLifecycleRule {
  readonly rulePriority: number;
  readonly description?: string;
  readonly selection: {
    readonly tagStatus: string;
    readonly tagPatternList?: string[];
    readonly tagPrefixList?: string[];
    readonly storageClass?: string;
    readonly countType: string;
    readonly countUnit?: string;
    readonly countNumber: number;
  };
  readonly action?: { readonly type?: string };
}

/**
 * The rules for images that can be pulled, which excludes archived ones, in the order in which ECR asks them.
 *
 * A text that is no policy comes from an override, and is for ECR to refuse; of one that only CloudFormation knows, nothing is known.
 */
export function renderedLifecycleRules(lifecyclePolicyText: unknown): RenderedLifecycleRule[] {
  return rulesIn(lifecyclePolicyText)
    .filter(({ selection }) => selection.storageClass !== 'archive')
    .sort((a, b) => a.rulePriority - b.rulePriority);
}

/** How a message names a rule. */
export function ruleName({ description, selection }: RenderedLifecycleRule): string {
  return description ?? JSON.stringify(selection);
}

function rulesIn(lifecyclePolicyText: unknown): RenderedLifecycleRule[] {
  try {
    const { rules } = JSON.parse(String(lifecyclePolicyText));
    return Array.isArray(rules) ? rules.filter(rule => rule?.selection) : [];
  } catch {
    return [];
  }
}
