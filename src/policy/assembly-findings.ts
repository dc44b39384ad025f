import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isInBootstrapRepository, publishedImages } from './asset-images';
import { Finding } from './finding';
import { Mappings } from './known-values';
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

interface Template {
  readonly Resources?: Record<string, unknown>;
  readonly Mappings?: Mappings;
}

/** Whether the CDK CLI is to look something up and to synthesize again. What it could not look up stays as it is. */
export function isContextMissing(scope: IConstruct): boolean {
  const { root } = scope.node;
  const manifest = join((root as Stage).outdir, 'manifest.json');
  const { missing = [] }: { missing?: { readonly key: string }[] } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
  return missing.some(({ key }) => root.node.tryGetContext(key) === undefined);
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
  const template = JSON.parse(readFileSync(templatePath, 'utf8')) as Template;
  const resources = new Map(resourcesIn(template.Resources));
  const constructs = once(() => resourcesOf(stack));
  const resource = (logicalId: string) => {
    const { Type: type, Properties: properties } = resources.get(logicalId) ?? {};
    return type === undefined ? undefined : { type, properties: properties ?? {} };
  };
  return [...resources].filter(([, { Type }]) => isJudged(Type)).flatMap(([logicalId, { Type, Properties, Metadata }]) => {
    const findings = findingsOf({ type: Type, properties: Properties ?? {} }, {
      resource,
      mappings: () => template.Mappings ?? {},
      isAllowedAsset,
      isDevCompanion: () => isDevCompanion(constructs().get(logicalId)?.node.scope),
    });
    return findings.map(finding => {
      const path = constructs().get(logicalId)?.node.path ?? Metadata?.['aws:cdk:path'] ?? `${stack.node.path}/${logicalId}`;
      return { ...finding, templatePath, logicalId, path: `${path}` };
    });
  });
}

/** The resources of a template; those of `Fn::ForEach` as they are written there, with what their logical ids are made of. */
function resourcesIn(resources: unknown): [string, TemplateResource][] {
  return Object.entries(Object(resources)).flatMap(([logicalId, resource]) => {
    if (logicalId.startsWith('Fn::ForEach::')) {
      return Array.isArray(resource) ? resourcesIn(resource[2]) : [];
    }
    return typeof Object(resource).Type === 'string' ? [[logicalId, resource as TemplateResource]] : [];
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
