import { readFileSync, realpathSync, statSync } from 'fs';
import { isAbsolute, join, relative, sep } from 'path';
import { Metadata, MetadataEntry } from './creation-place';
import { StackLookupRole } from './lookup-roles';

/** What the manifest of a cloud assembly says, as far as pins go. */
export interface ManifestInFolder {
  readonly folder: string;
  readonly missing: MissingContext[];
  readonly lookupRoles: StackLookupRole[];
  /** One of each stack, and of each file that a stack has metadata in. */
  readonly metadata: StackMetadata[];
}

export interface StackMetadata {
  /** As the CDK CLI calls it. */
  readonly stack: string;
  readonly constructs: Metadata;
}

export interface MissingContext {
  readonly key: string;
  readonly provider: string;
  readonly props: Record<string, unknown>;
}

/**
 * Reads the manifest of a cloud assembly, and those of the assemblies within it; `undefined` when there is none.
 *
 * Throws when something that they name is not there or not what it should be: pins might be in it.
 */
export function readManifests(folder: string): ManifestInFolder[] | undefined {
  const manifest = readJson(join(folder, MANIFEST));
  return manifest && new Manifests(folder).read(folder, manifest.value);
}

const MANIFEST = 'manifest.json';

class Manifests {
  private readonly folders = new Set<string>();

  constructor(private readonly root: string) {}

  public read(folder: string, manifest: unknown): ManifestInFolder[] {
    this.enter(folder);
    const name = this.nameOf(join(folder, MANIFEST));
    this.check(isRecord(manifest) && typeof manifest.version === 'string', `${name} is not the manifest of a cloud assembly`);
    const { missing = [], artifacts = {} } = manifest;
    this.check(Array.isArray(missing) && missing.every(isMissingContext), `what is missing in ${name} is of an unknown form`);
    this.check(isRecord(artifacts), `the artifacts in ${name} are of an unknown form`);
    const read = Object.entries(artifacts).map(([id, artifact]) => this.artifact(folder, id, artifact, `artifact '${id}' in ${name}`));
    return [
      { folder, missing, lookupRoles: read.flatMap(({ lookupRole }) => lookupRole ?? []), metadata: read.flatMap(({ metadata }) => metadata) },
      ...read.flatMap(({ nested }) => nested),
    ];
  }

  private artifact(folder: string, id: string, artifact: unknown, name: string) {
    const unknown = `${name} is of an unknown form`;
    this.check(isRecord(artifact) && typeof artifact.type === 'string', unknown);
    const { type, displayName: stack = id, properties = {}, metadata = {}, additionalMetadataFile: file } = artifact;
    this.check(typeof stack === 'string' && isRecord(properties) && isMetadata(metadata), unknown);
    const { lookupRole, directoryName } = properties;
    this.check(lookupRole === undefined || isLookupRole(lookupRole), unknown);
    return {
      lookupRole,
      metadata: [metadata, ...file === undefined ? [] : [this.metadataIn(this.within(folder, file, name))]]
        .map(constructs => ({ stack, constructs })),
      nested: type === 'cdk:cloud-assembly' ? this.nested(this.within(folder, directoryName, name)) : [],
    };
  }

  private metadataIn(file: string): Metadata {
    const metadata = this.contentOf(file);
    this.check(isMetadata(metadata), `the metadata in ${this.nameOf(file)} are of an unknown form`);
    return metadata;
  }

  private nested(folder: string): ManifestInFolder[] {
    return this.read(folder, this.contentOf(join(folder, MANIFEST)));
  }

  private contentOf(file: string): unknown {
    const content = isFile(file) ? readJson(file) : undefined;
    this.check(content !== undefined, `there is no file ${this.nameOf(file)}`);
    return content.value;
  }

  private within(folder: string, name: unknown, owner: string): string {
    const path = typeof name === 'string' ? join(folder, name) : folder;
    const way = relative(folder, path);
    this.check(way !== '' && way.split(sep)[0] !== '..' && !isAbsolute(way), `${owner} names ${JSON.stringify(name)}, which is nothing in its folder`);
    return path;
  }

  /** Each once, though links lead to it again. */
  private enter(folder: string): void {
    const path = realpathSync(folder);
    this.check(!this.folders.has(path), `${this.nameOf(folder)} is an assembly that was read before`);
    this.folders.add(path);
  }

  private nameOf(file: string): string {
    return relative(this.root, file);
  }

  private check(condition: boolean, problem: string): asserts condition {
    if (!condition) {
      throw new Error(`${this.root} is not complete: ${problem}; run cdk synth again`);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMissingContext(value: unknown): value is MissingContext {
  return isRecord(value) && typeof value.key === 'string' && typeof value.provider === 'string' && isRecord(value.props);
}

function isLookupRole(value: unknown): value is StackLookupRole {
  return isRecord(value) && ['string', 'undefined'].includes(typeof value.arn);
}

function isMetadata(value: unknown): value is Metadata {
  return isRecord(value) && Object.values(value).every(entries => Array.isArray(entries) && entries.every(isMetadataEntry));
}

function isMetadataEntry(value: unknown): value is MetadataEntry {
  return isRecord(value) && typeof value.type === 'string';
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** `undefined` when the file is not there. */
function readJson(file: string): { readonly value: unknown } | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      return undefined;
    }
    throw error;
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    throw new Error(`${file} is not JSON; expected the output of cdk synth, run it again`);
  }
}
