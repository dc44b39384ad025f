import { readFileSync } from 'fs';
import { join } from 'path';
import { creationPlace, Metadata, MetadataEntry } from './creation-place';
import { LookupRoles, StackLookupRole } from './lookup-roles';
import { parseLockKey } from '../../lock/lock-key';
import { LockRequest, METADATA_TYPE, PLUGIN_NAME } from '../../lock/lock-request';

/** What a cloud assembly says about pins. */
export interface PinsOfAssembly {
  /** By key; what several constructs ask of one image stands together. */
  readonly requests: Map<string, LockRequest>;
  /** By key. */
  readonly uses: Map<string, PinUse[]>;
  /** The keys of the pins that were not in the lock, in the order in which the CDK CLI asks for them. */
  readonly missing: string[];
  /** The keys of other lookups without an answer, which may decide what the app asks for. */
  readonly otherMissing: string[];
  readonly lookupRoles: LookupRoles;
}

/** A construct that uses a pin. */
export interface PinUse {
  readonly path: string;
  /** What the construct was given; `undefined` where the app had no digest at synth. */
  readonly digest?: string;
  /** The line of the app that it comes from, where the assembly has traces. */
  readonly place?: string;
}

interface Manifest {
  readonly missing?: { readonly key: string; readonly provider: string; readonly props: Record<string, unknown> }[];
  readonly artifacts?: Record<string, Artifact>;
}

interface Artifact {
  readonly type: string;
  readonly properties?: { readonly directoryName?: string; readonly lookupRole?: StackLookupRole };
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
}

/** Reads the cloud assembly of a folder and those within it; `undefined` when there is none. */
export function readAssembly(folder: string): PinsOfAssembly | undefined {
  const manifests = readManifests(folder);
  if (manifests.length === 0) {
    return undefined;
  }
  const missing = manifests.flatMap(({ manifest }) => manifest.missing ?? []);
  const isPin = (value: typeof missing[number]) => value.provider === 'plugin' && value.props.pluginName === PLUGIN_NAME;
  const missingPins = missing.filter(isPin);
  const recorded = manifests.flatMap(recordedPins);
  const asked = [...missingPins.map(({ key, props }) => readRequest({ ...props, key })), ...recorded.map(({ request }) => request)];
  const lookupRoles = new LookupRoles(manifests.flatMap(rolesOf));
  return {
    requests: merge(asked.map(request => lookupRoles.complete(request))),
    uses: usesByKey(recorded),
    missing: [...new Set(missingPins.map(({ key }) => key))],
    otherMissing: [...new Set(missing.filter(value => !isPin(value)).map(({ key }) => key))],
    lookupRoles,
  };
}

/** Reads a request from what came through a file or the CDK CLI. */
export function readRequest(value: Record<string, unknown>): LockRequest {
  const {
    key, account, region, lookupRoleArn, lookupRoleExternalId, assumeRoleAdditionalOptions, requirePlatforms,
  } = value as unknown as LockRequest;
  return {
    key,
    ...(account && { account }),
    ...(region && { region }),
    ...(lookupRoleArn && { lookupRoleArn }),
    ...(lookupRoleExternalId && { lookupRoleExternalId }),
    ...(assumeRoleAdditionalOptions && { assumeRoleAdditionalOptions }),
    ...(Array.isArray(requirePlatforms) && requirePlatforms.length > 0 && { requirePlatforms: requirePlatforms.map(String) }),
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

function rolesOf({ manifest }: ManifestInFolder): StackLookupRole[] {
  return Object.values(manifest.artifacts ?? {}).flatMap(({ properties }) => properties?.lookupRole ?? []);
}

interface RecordedPin {
  readonly request: LockRequest;
  readonly use: PinUse;
}

function recordedPins({ folder, manifest }: ManifestInFolder): RecordedPin[] {
  return Object.values(manifest.artifacts ?? {})
    .flatMap(({ metadata, additionalMetadataFile: file }) => [metadata, file === undefined ? undefined : readJson<Metadata>(join(folder, file))])
    .flatMap((metadata = {}) => Object.entries(metadata).flatMap(([path, entries]) =>
      entries.filter(({ type }) => type === METADATA_TYPE).map(entry => recordedPin(path, entry, metadata, folder))));
}

function recordedPin(path: string, entry: MetadataEntry, metadata: Metadata, folder: string): RecordedPin {
  try {
    const data = JSON.parse(String(entry.data));
    const request = readRequest(data);
    if (parseLockKey(request.key)) {
      const place = creationPlace(path, entry, metadata);
      return { request, use: { path: path.slice(1), ...(typeof data.digest === 'string' && { digest: data.digest }), ...(place && { place }) } };
    }
  } catch {
    // Told below.
  }
  throw new Error(`${folder} has pins in a form that this release of cdk-secure-repository does not know; run cdk synth again, with the same release`);
}

function usesByKey(pins: RecordedPin[]): Map<string, PinUse[]> {
  const uses = new Map<string, PinUse[]>(pins.map(({ request }) => [request.key, []]));
  pins.forEach(({ request, use }) => uses.get(request.key)!.push(use));
  return uses;
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
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) {
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
