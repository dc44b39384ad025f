import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isInBootstrapRepository, publishedImages } from './asset-images';
import { Finding } from './finding';
import { findingsOf, isJudged } from './rules';
import { isDevCompanion } from '../repository/dev-companion';

/** A finding, and where it is. */
export interface LocatedFinding extends Finding {
  readonly templatePath: string;
  readonly logicalId: string;
  /** The path of the construct. */
  readonly path: string;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly Metadata?: Record<string, unknown>;
}

/** Whether the CDK CLI is to look something up and to synthesize again. */
export function isContextMissing(scope: IConstruct): boolean {
  const { missing } = JSON.parse(readFileSync(join((scope.node.root as Stage).outdir, 'manifest.json'), 'utf8'));
  return Array.isArray(missing) && missing.length > 0;
}

/** What the rules have against the synthesized templates of all stacks in a scope, those of nested stacks and stages too. */
export function findingsIn(scope: IConstruct, allowAssets: boolean): LocatedFinding[] {
  const stacks = scope.node.findAll().filter(construct => Stack.isStack(construct)) as Stack[];
  const published = once(() => publishedImages(stacks));
  const isAllowedAsset = (image: string) => allowAssets && (isInBootstrapRepository(image) || published().some(end => image.endsWith(end)));
  return stacks.flatMap(stack => findingsInStack(stack, isAllowedAsset));
}

/** The resources of a stack by their logical ids. */
export function resourcesOf(stack: Stack): Map<string, CfnResource> {
  const resources = stack.node.findAll().filter(construct => CfnResource.isCfnResource(construct) && construct.stack === stack) as CfnResource[];
  return new Map(resources.map(resource => [stack.resolve(resource.logicalId), resource]));
}

function findingsInStack(stack: Stack, isAllowedAsset: (image: string) => boolean): LocatedFinding[] {
  const templatePath = join(Stage.of(stack)!.outdir, stack.templateFile);
  if (!existsSync(templatePath)) {
    return [];
  }
  const { Resources: resources = {} } = JSON.parse(readFileSync(templatePath, 'utf8')) as { Resources?: Record<string, TemplateResource> };
  const constructs = once(() => resourcesOf(stack));
  const resource = (logicalId: string) => {
    const { Type: type, Properties: properties = {} } = resources[logicalId] ?? {};
    return type === undefined ? undefined : { type, properties };
  };
  return Object.entries(resources).filter(([, { Type }]) => isJudged(Type)).flatMap(([logicalId, { Type, Properties = {}, Metadata }]) => {
    const findings = findingsOf({ type: Type, properties: Properties }, {
      resource,
      isAllowedAsset,
      isDevCompanion: () => isDevCompanion(constructs().get(logicalId)?.node.scope),
    });
    return findings.map(finding => {
      const path = constructs().get(logicalId)?.node.path ?? Metadata?.['aws:cdk:path'] ?? `${stack.node.path}/${logicalId}`;
      return { ...finding, templatePath, logicalId, path: `${path}` };
    });
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
