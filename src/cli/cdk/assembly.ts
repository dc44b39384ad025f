import { creationPlace, MetadataEntry } from './creation-place';
import { LookupRoles } from './lookup-roles';
import { ManifestInFolder, readManifests, StackMetadata } from './manifests';
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
  /** As the CDK CLI calls it. */
  readonly stack: string;
  /** What the construct was given; `undefined` where the app had no digest at synth. */
  readonly digest?: string;
  /** The line of the app that it comes from, where the assembly has traces. */
  readonly place?: string;
}

/** Reads the cloud assembly of a folder and those within it; `undefined` when there is none. */
export function readAssembly(folder: string): PinsOfAssembly | undefined {
  const manifests = readManifests(folder);
  if (!manifests) {
    return undefined;
  }
  const missing = manifests.flatMap(manifest => manifest.missing);
  const isPin = (value: typeof missing[number]) => value.provider === 'plugin' && value.props.pluginName === PLUGIN_NAME;
  const missingPins = missing.filter(isPin);
  if (!missingPins.every(({ key }) => parseLockKey(key))) {
    throw unknownForm(folder);
  }
  const recorded = manifests.flatMap(recordedPins);
  const asked = [...missingPins.map(({ key, props }) => readRequest({ ...props, key })), ...recorded.map(({ request }) => request)];
  const lookupRoles = new LookupRoles(manifests.flatMap(manifest => manifest.lookupRoles));
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

interface RecordedPin {
  readonly request: LockRequest;
  readonly use: PinUse;
}

function recordedPins({ folder, metadata }: ManifestInFolder): RecordedPin[] {
  return metadata.flatMap(ofStack => Object.entries(ofStack.constructs).flatMap(([path, entries]) =>
    entries.filter(({ type }) => type === METADATA_TYPE).map(entry => recordedPin(path, entry, ofStack, folder))));
}

function recordedPin(path: string, entry: MetadataEntry, { stack, constructs }: StackMetadata, folder: string): RecordedPin {
  try {
    const data = JSON.parse(String(entry.data));
    const request = readRequest(data);
    if (parseLockKey(request.key)) {
      const place = creationPlace(path, entry, constructs);
      return { request, use: { path: path.slice(1), stack, ...(typeof data.digest === 'string' && { digest: data.digest }), ...(place && { place }) } };
    }
  } catch {
    // Told below.
  }
  throw unknownForm(folder);
}

function unknownForm(folder: string): Error {
  return new Error(`${folder} has pins in a form that this release of cdk-secure-repository does not know; run cdk synth again, with the same release`);
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
