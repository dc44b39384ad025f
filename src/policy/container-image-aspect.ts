import { Annotations, CfnResource, IAspect, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isApplied } from './applied-policy';
import { resourcesOf } from './assembly-findings';
import { isInBootstrapRepository } from './asset-images';
import { ContainerImageRule } from './container-image-rule';
import { Exceptions, exceptionsProblem } from './exceptions';
import { Finding, RenderedResource } from './finding';
import { ContainerImagePolicyProps } from './policy-options';
import { findingsOf, isJudged } from './rules';
import { isDevCompanion } from '../repository/dev-companion';

const NAMESPACE = 'cdk-secure-repository';

/**
 * The rules of `ContainerImagePolicy` as annotations of the constructs, for unit tests and for parts of an app.
 *
 * Warnings have the id `cdk-secure-repository:<rule>`, with which they can be acknowledged. It is silent where a `ContainerImagePolicy` is
 * applied, and does not say which exceptions match nothing, as it sees only what it is added to.
 *
 * @example
 * declare const stack: Stack;
 * Aspects.of(stack).add(new ContainerImageAspect({ warnings: [ContainerImageRule.UNKNOWN_IMAGE, ContainerImageRule.RETAINED_IMAGES] }));
 */
export class ContainerImageAspect implements IAspect {
  private readonly exceptions: Exceptions;
  private readonly resources = new Map<Stack, Map<string, CfnResource>>();
  private hasVisited = false;

  constructor(private readonly props: ContainerImagePolicyProps = {}) {
    const problem = exceptionsProblem(props.exceptions);
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
          this.findingsAt(node).forEach(finding => this.annotate(node, finding));
          return [];
        },
      });
    }
  }

  private findingsAt(node: CfnResource): Finding[] {
    return findingsOf(rendered(node), {
      resource: logicalId => {
        const resource = this.resourcesIn(node.stack).get(logicalId);
        return resource && rendered(resource);
      },
      isAllowedAsset: image => this.props.allowAssets !== false && isInBootstrapRepository(image),
      isDevCompanion: () => isDevCompanion(node.node.scope),
    }).filter(finding => !this.exceptions.allow(finding, node.node.path));
  }

  private resourcesIn(stack: Stack): Map<string, CfnResource> {
    const resources = this.resources.get(stack) ?? resourcesOf(stack);
    this.resources.set(stack, resources);
    return resources;
  }

  private annotate(node: CfnResource, { rule, problem, fix }: Finding): void {
    const { warnings = [ContainerImageRule.UNKNOWN_IMAGE] } = this.props;
    const id = `${NAMESPACE}:${rule}`;
    if (warnings.includes(rule)) {
      Annotations.of(node).addWarningV2(id, `${problem}; ${fix}`);
    } else {
      Annotations.of(node).addError(`${problem}; ${fix} [${id}]`);
    }
  }
}

/** As it will be in the template, with overrides. */
function rendered(resource: CfnResource): RenderedResource {
  const { Resources } = resource.stack.resolve((resource as CfnResource & { _toCloudFormation(): object })._toCloudFormation());
  const [{ Type: type, Properties: properties = {} }] = Object.values<{ Type: string; Properties?: Record<string, unknown> }>(Resources);
  return { type, properties };
}
