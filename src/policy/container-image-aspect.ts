import { Annotations, CfnElement, CfnMapping, CfnResource, IAspect, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isApplied } from './applied-policy';
import { isContextMissing, resourcesOf } from './assembly-findings';
import { isInBootstrapRepository } from './asset-images';
import { ContainerImageFinding } from './container-image-finding';
import { ContainerImageRule } from './container-image-rule';
import { Exceptions } from './exceptions';
import { RenderedResource } from './finding';
import { isStandIn } from './image-rules';
import { Mappings } from './known-values';
import { optionsProblem } from './options-problem';
import { ContainerImagePolicyProps } from './policy-options';
import { findingsOf, isJudged } from './rules';
import { isDevCompanion } from '../repository/dev-companion';

const NAMESPACE = 'cdk-secure-repository';

/**
 * The rules of `ContainerImagePolicy` as annotations of the constructs, for unit tests and for parts of an app.
 *
 * Warnings have the id `cdk-secure-repository:<rule>`, with which they can be acknowledged. It is silent where a `ContainerImagePolicy` is
 * applied, and does not say which exceptions match nothing, as it sees only what it is added to. Of a pin of `fromLookup` or `fromReference` that
 * is not in the lock, as in unit tests, it says nothing.
 *
 * @example
 * declare const stack: Stack;
 * Aspects.of(stack).add(new ContainerImageAspect({ warnings: [ContainerImageRule.UNKNOWN_IMAGE, ContainerImageRule.RETAINED_IMAGES] }));
 */
export class ContainerImageAspect implements IAspect {
  private readonly exceptions: Exceptions;
  private readonly resources = new Map<Stack, Map<string, CfnResource>>();
  private readonly mappings = new Map<Stack, Mappings>();
  private hasVisited = false;

  constructor(private readonly props: ContainerImagePolicyProps = {}) {
    const problem = optionsProblem(props);
    if (problem) {
      throw new Error(problem);
    }
    this.exceptions = new Exceptions(props.exceptions);
  }

  /** Called by the CDK for each construct. */
  public visit(node: IConstruct): void {
    if (!this.hasVisited) {
      this.hasVisited = true;
      this.exceptions.expired().forEach(message => Annotations.of(node).addWarningV2(`${NAMESPACE}:expired-exception`, message));
    }
    if (CfnResource.isCfnResource(node) && isJudged(node.cfnResourceType) && !node.node.scopes.some(isApplied)) {
      // At the end of synthesis, when all aspects have changed what they change.
      node.node.addValidation({
        validate: () => {
          this.judge(node).filter(({ image }) => image === undefined || !isStandIn(image)).forEach(finding => annotate(node, finding));
          return [];
        },
      });
    }
  }

  /**
   * What the rules have against a resource, as it will be in the template, without what is excepted; for reports of your own.
   *
   * To be asked once the app is complete, so not while constructs are made: the validation of the CDK is the time for it, such as a rule pack
   * of cdk-nag 3. It makes no annotations, and also answers where a `ContainerImagePolicy` is applied. While the CDK CLI has to look something
   * up, there are no findings: the CLI synthesizes again.
   *
   * @param resource any resource; those that name no images and are no repositories have no findings
   */
  public findingsAt(resource: CfnResource): ContainerImageFinding[] {
    const findings = this.judge(resource);
    return findings.length > 0 && isContextMissing(resource) ? [] : findings;
  }

  private judge(resource: CfnResource): ContainerImageFinding[] {
    if (!isJudged(resource.cfnResourceType)) {
      return [];
    }
    const { allowAssets = true, warnings = [ContainerImageRule.UNKNOWN_IMAGE] } = this.props;
    return findingsOf(rendered(resource), {
      resource: logicalId => {
        const other = this.resourcesIn(resource.stack).get(logicalId);
        return other && rendered(other);
      },
      mappings: () => this.mappingsIn(resource.stack),
      isAllowedAsset: image => allowAssets && isInBootstrapRepository(image),
      isDevCompanion: () => isDevCompanion(resource.node.scope),
    }).filter(finding => !this.exceptions.allow(finding, resource.node.path))
      .map(({ rule, image, problem, fix }) => ({ rule, image, problem, fix, isWarning: warnings.includes(rule) }));
  }

  private resourcesIn(stack: Stack): Map<string, CfnResource> {
    const resources = this.resources.get(stack) ?? resourcesOf(stack);
    this.resources.set(stack, resources);
    return resources;
  }

  private mappingsIn(stack: Stack): Mappings {
    const mappings = this.mappings.get(stack) ?? mappingsOf(stack);
    this.mappings.set(stack, mappings);
    return mappings;
  }
}

function annotate(node: CfnResource, { rule, problem, fix, isWarning }: ContainerImageFinding): void {
  const id = `${NAMESPACE}:${rule}`;
  if (isWarning) {
    Annotations.of(node).addWarningV2(id, `${problem}; ${fix}`);
  } else {
    Annotations.of(node).addError(`${problem}; ${fix} [${id}]`);
  }
}

/** As it will be in the template, with overrides. */
function rendered(resource: CfnResource): RenderedResource {
  const { Resources } = inTemplate(resource);
  const [{ Type: type, Properties: properties }] = Object.values<{ Type: string; Properties?: Record<string, unknown> }>(Resources);
  return { type, properties: properties ?? {} };
}

function mappingsOf(stack: Stack): Mappings {
  const mappings = stack.node.findAll().filter(construct => construct instanceof CfnMapping && construct.stack === stack) as CfnMapping[];
  return Object.assign({}, ...mappings.map(mapping => inTemplate(mapping).Mappings));
}

function inTemplate(element: CfnElement) {
  return element.stack.resolve((element as CfnElement & { _toCloudFormation(): object })._toCloudFormation());
}
