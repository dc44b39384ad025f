import { readFileSync } from 'fs';
import { join } from 'path';
import { parseLockKey } from '../../lock/lock-key';
import { LockRequest, METADATA_TYPE, PLUGIN_NAME } from '../../lock/lock-request';

/** What a cloud assembly says about pins. */
export interface PinsOfAssembly {
  /** By key; what several constructs ask of one image stands together. */
  readonly requests: Map<string, LockRequest>;
  /** The keys of the pins that were not in the lock, in the order in which the CDK CLI asks for them. */
  readonly missing: string[];
  /** The keys of other lookups without an answer, which may decide what the app asks for. */
  readonly otherMissing: string[];
}

interface Manifest {
  readonly missing?: { readonly key: string; readonly provider: string; readonly props: Record<string, unknown> }[];
  readonly artifacts?: Record<string, Artifact>;
}

interface Artifact {
  readonly type: string;
  readonly properties?: { readonly directoryName?: string };
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
}

type Metadata = Record<string, { readonly type: string; readonly data?: unknown }[]>;

/** Reads the cloud assembly of a folder and those within it; `undefined` when there is none. */
export function readAssembly(folder: string): PinsOfAssembly | undefined {
  const manifests = readManifests(folder);
  if (manifests.length === 0) {
    return undefined;
  }
  const missing = manifests.flatMap(({ manifest }) => manifest.missing ?? []);
  const isPin = (value: typeof missing[number]) => value.provider === 'plugin' && value.props.pluginName === PLUGIN_NAME;
  const missingPins = missing.filter(isPin);
  const asked = [...missingPins.map(({ key, props }) => readRequest({ ...props, key })), ...manifests.flatMap(metadataOf)];
  return {
    requests: merge(asked),
    missing: [...new Set(missingPins.map(({ key }) => key))],
    otherMissing: [...new Set(missing.filter(value => !isPin(value)).map(({ key }) => key))],
  };
}

/** Reads a request from what came through a file or the CDK CLI. */
export function readRequest(value: Record<string, unknown>): LockRequest {
  const { key, account, region, lookupRoleArn, requirePlatforms, digest } = value as unknown as LockRequest;
  return {
    key,
    ...(account && { account }),
    ...(region && { region }),
    ...(lookupRoleArn && { lookupRoleArn }),
    ...(Array.isArray(requirePlatforms) && requirePlatforms.length > 0 && { requirePlatforms: requirePlatforms.map(String) }),
    ...(typeof digest === 'string' && { digest }),
  };
}

interface ManifestInFolder {
  readonly folder: string;
  readonly manifest: Manifest;
}

function readManifests(folder: string): ManifestInFolder[] {
  const manifest = readJson<Manifest>(join(folder, 'manifest.json'));
  if (!manifest) {
    return [];
  }
  const nested = Object.values(manifest.artifacts ?? {}).flatMap(({ type, properties }) =>
    type === 'cdk:cloud-assembly' && properties?.directoryName ? readManifests(join(folder, properties.directoryName)) : []);
  return [{ folder, manifest }, ...nested];
}

function metadataOf({ folder, manifest }: ManifestInFolder): LockRequest[] {
  return Object.values(manifest.artifacts ?? {})
    .flatMap(({ metadata, additionalMetadataFile: file }) => [metadata, file === undefined ? undefined : readJson<Metadata>(join(folder, file))])
    .flatMap(metadata => Object.values(metadata ?? {}).flat())
    .flatMap(({ type, data }) => type === METADATA_TYPE ? [requestIn(data, folder)] : []);
}

function requestIn(data: unknown, folder: string): LockRequest {
  try {
    const request = readRequest(JSON.parse(String(data)));
    if (parseLockKey(request.key)) {
      return request;
    }
  } catch {
    // Told below.
  }
  throw new Error(`${folder} has pins in a form that this release of cdk-secure-repository does not know; run cdk synth again, with the same release`);
}

function merge(requests: LockRequest[]): Map<string, LockRequest> {
  const merged = new Map<string, LockRequest>();
  for (const request of requests) {
    const { requirePlatforms, ...known } = merged.get(request.key) ?? request;
    const platforms = [...new Set([...requirePlatforms ?? [], ...request.requirePlatforms ?? []])].sort();
    merged.set(request.key, { ...request, ...known, ...(platforms.length > 0 && { requirePlatforms: platforms }) });
  }
  return merged;
}

function readJson<T>(file: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${file} is not JSON; expected the output of cdk synth, run it again`);
  }
}
