import { Annotations, Aspects, CfnResource, InjectionContext, IPropertyInjector, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { IConstruct } from 'constructs';
import { DEFAULT_RETENTION } from '../repository/default-retention';
import { policyProblem, policyText } from '../repository/lifecycle-policy';
import { isSecureRepository } from '../repository/mutable-tags';
import { rendered, RenderedRepository } from '../repository/rendered-repository';
import { RetentionRule } from '../repository/retention-rule';

/**
 * Properties of `SecureRepositoryDefaults`.
 */
export interface SecureRepositoryDefaultsProps {
  /**
   * What a repository keeps, archives and expires that has no lifecycle policy at the end of synthesis.
   *
   * An empty list adds none.
   *
   * @default - that of a `SecureRepository`: untagged images expire 14 days after the push, and the newest 500 tagged images are kept
   */
  readonly retention?: RetentionRule[];
}

/** After all aspects of others. What is added during the visit of an aspect must not have a lower one either. */
const LAST = Number.MAX_SAFE_INTEGER;

/** A repository that is about to be made. */
interface Injected {
  readonly scope: IConstruct;
  readonly id: string;
  /** What its author said. */
  readonly said: ecr.RepositoryProps;
}

/**
 * Makes every `ecr.Repository` of an app or of a part of it immutable, retained, with scan on push and with a retention, where its author did
 * not say otherwise, also within constructs of somebody else, nested stacks and stages.
 *
 * What is said stays, be it by properties of the repository, by its resource, by overrides or by aspects. `SecureRepository` is left alone,
 * and so are imported repositories and `ecr.CfnRepository`. The retention is added when all aspects have run, and only to a
 * repository that has no lifecycle policy by then, so it never meets the rules of others.
 *
 * An info annotation of each stack (`cdk-secure-repository:repositoryDefaults`) lists what was set.
 *
 * The CDK asks one injector for each class: that of the nearest scope that has one, and there the one that was added last.
 *
 * @example
 * declare const app: App;
 * PropertyInjectors.of(app).add(new SecureRepositoryDefaults());
 */
export class SecureRepositoryDefaults implements IPropertyInjector {
  /** The class whose properties are set: `ecr.Repository`. */
  public readonly constructUniqueId: string = ecr.Repository.PROPERTY_INJECTION_ID;

  private readonly lifecyclePolicyText?: string;
  private readonly injected = new WeakMap<Stack, Injected[]>();
  private readonly listed = new WeakSet<Injected>();
  private readonly nestedStacks = new WeakSet<Stack>();
  /** What the resources have instead of the retention, if anything. */
  private readonly others = new WeakMap<ecr.CfnRepository, ecr.CfnRepository['lifecyclePolicy']>();

  /** An error where Amazon ECR would refuse the retention, and where one of its rules can never act. */
  constructor(props: SecureRepositoryDefaultsProps = {}) {
    const statements = (props.retention ?? DEFAULT_RETENTION).map(rule => rule._render());
    const problem = policyProblem(statements);
    if (problem) {
      throw new Error(`the retention of SecureRepositoryDefaults: ${problem}`);
    }
    this.lifecyclePolicyText = statements.length > 0 ? policyText(statements) : undefined;
  }

  /**
   * Called by the CDK for each `ecr.Repository`. Another injector for that class can call it too, and hand over what it returns.
   *
   * @param originalProps the properties of the repository
   * @param context where it is made
   */
  public inject(originalProps: any, context: InjectionContext): any {
    const said: ecr.RepositoryProps = membersOf(originalProps);
    this.remember({ scope: context.scope, id: context.id, said });
    return {
      ...said,
      imageTagMutability: said.imageTagMutability ?? immutability(said),
      imageScanOnPush: said.imageScanOnPush ?? true,
      removalPolicy: said.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    };
  }

  /** Validation comes after all aspects, and sees the template with what overrides and everybody else have made of it. */
  private remember(injected: Injected): void {
    const stack = deployedStackOf(injected.scope);
    const others = this.injected.get(stack);
    if (!others) {
      stack.node.addValidation({
        validate: () => {
          this.finish(stack);
          return [];
        },
      });
    }
    const { scope, id } = injected;
    this.injected.set(stack, [...(others ?? []).filter(other => other.scope !== scope || other.id !== id), injected]);
    this.retainBeforeHash(Stack.of(scope), stack);
  }

  /** The name under which the template of a nested stack is published is a hash of it, which the CDK makes between aspects and validation. */
  private retainBeforeHash(stack: Stack, deployed: Stack): void {
    if (stack === deployed || this.nestedStacks.has(stack)) {
      return;
    }
    this.nestedStacks.add(stack);
    const visit = (node: IConstruct) => {
      if (CfnResource.isCfnResource(node)) {
        this.injected.get(deployed)!.filter(injected => resourceOf(injected) === node).forEach(injected => this.fillIn(injected));
      }
    };
    Aspects.of(stack).add({ visit }, { priority: LAST });
  }

  private fillIn(injected: Injected): void {
    const resource = resourceOf(injected);
    if (resource && injected.said.lifecycleRules === undefined) {
      this.retain(resource);
    }
  }

  private finish(stack: Stack): void {
    const lines = this.injected.get(stack)!.flatMap(injected => {
      const resource = resourceOf(injected);
      if (!resource) {
        return [];
      }
      this.fillIn(injected);
      const set = [...changesOf(injected.said, rendered(resource)), ...this.isRetained(resource) ? ['retention'] : []];
      const isNew = set.length > 0 && !this.listed.has(injected);
      this.listed.add(injected);
      return isNew ? `\n  ${resource.node.scope!.node.path}: ${set.join(', ')}` : [];
    });
    if (lines.length > 0) {
      Annotations.of(stack).addInfoV2('cdk-secure-repository:repositoryDefaults', `SecureRepositoryDefaults set what the app leaves out:${lines.join('')}`);
    }
  }

  /** Gives the retention to a repository, as long as it has no rules whenever it is rendered. */
  private retain(resource: ecr.CfnRepository): void {
    const { lifecyclePolicyText } = this;
    if (!lifecyclePolicyText || this.others.has(resource)) {
      return;
    }
    const others = resource.lifecyclePolicy;
    this.others.set(resource, others);
    resource.lifecyclePolicy = Lazy.uncachedAny({
      produce: context => {
        const policy = context.resolve(others);
        return isWithoutRules(policy) ? { ...policy, lifecyclePolicyText } : policy;
      },
    });
  }

  /** Whether the template has the retention, and nobody's rules of the same text. */
  private isRetained(resource: ecr.CfnRepository): boolean {
    const { lifecyclePolicyText } = this;
    return this.others.has(resource) && isWithoutRules(resource.stack.resolve(this.others.get(resource)))
      && rendered(resource).Properties?.LifecyclePolicy?.LifecyclePolicyText === lifecyclePolicyText;
  }
}

/** What properties say, also those of a class, whose getters are not its own. In JavaScript, `null` says as little as `undefined`. */
function membersOf(props: object): object {
  const names: string[] = [];
  for (let owner = Object(props); owner && owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    names.push(...Object.getOwnPropertyNames(owner).filter(name => name !== 'constructor'));
  }
  const said = names.map((name): [string, unknown] => [name, Reflect.get(props, name)]);
  return Object.fromEntries(said.filter(([, value]) => value !== undefined && value !== null));
}

/** Filters name what is not immutable. Older CDKs have neither them nor the setting for them. */
function immutability(props: ecr.RepositoryProps & { readonly imageTagMutabilityExclusionFilters?: unknown }): ecr.TagMutability {
  const settings: Record<string, ecr.TagMutability | undefined> = ecr.TagMutability;
  return (props.imageTagMutabilityExclusionFilters ? settings.IMMUTABLE_WITH_EXCLUSION : undefined) ?? ecr.TagMutability.IMMUTABLE;
}

/** The stack whose annotations the CDK CLI shows. */
function deployedStackOf(scope: IConstruct): Stack {
  const stack = Stack.of(scope);
  return stack.nestedStackParent ? deployedStackOf(stack.nestedStackParent) : stack;
}

/** The resource of the repository, unless that was removed, or is ours. */
function resourceOf({ scope, id }: Injected): ecr.CfnRepository | undefined {
  const repository = scope.node.tryFindChild(id);
  const resource = repository && isInTree(repository) && !isSecureRepository(repository) ? repository.node.defaultChild : undefined;
  return resource && CfnResource.isCfnResource(resource) && resource.cfnResourceType === ecr.CfnRepository.CFN_RESOURCE_TYPE_NAME
    ? resource as ecr.CfnRepository
    : undefined;
}

function isInTree(construct: IConstruct): boolean {
  const { id, scope } = construct.node;
  return !scope || (scope.node.tryFindChild(id) === construct && isInTree(scope));
}

/** What a repository has because its author said nothing, and nobody else did since. */
function changesOf(said: ecr.RepositoryProps, { DeletionPolicy: deletionPolicy, Properties: properties = {} }: RenderedRepository): string[] {
  return [
    !said.imageTagMutability && properties.ImageTagMutability === immutability(said) ? 'immutable' : [],
    said.imageScanOnPush === undefined && properties.ImageScanningConfiguration?.ScanOnPush === true ? 'scanned on push' : [],
    !said.removalPolicy && deletionPolicy === 'RetainExceptOnCreate' ? 'retained' : [],
  ].flat();
}

/** Of a policy in a resource or in a template: the registry alone is no rule. */
function isWithoutRules(policy: object | undefined): boolean {
  return Object.entries(policy ?? {}).every(([key, value]) => value === undefined || key.toLowerCase() === 'registryid');
}
