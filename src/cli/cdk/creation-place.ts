import { fileURLToPath } from 'url';

/** An entry of the metadata that a cloud assembly has of constructs. */
export interface MetadataEntry {
  readonly type: string;
  readonly data?: unknown;
  readonly trace?: string[];
}

/** By the path of the construct, with a slash before it. */
export type Metadata = Record<string, MetadataEntry[]>;

/** Where newer releases of the CDK write how a resource was created. */
const CREATION_STACK = 'aws:cdk:creationStack';

/** With the name of a function, or a path alone. */
const FRAMES = [/^(?!(?:at )?(?:[\\/]|[A-Za-z]:|file:)).*? \((.+?)(:\d+)(?::\d+)?\)$/, /^(?:at )?(.+?)(:\d+)(?::\d+)?\)?$/];
const NOT_OF_THE_APP = /node_modules|node:|@jsii[\\/]|jsii-kernel|[\\/]jsii[\\/]_|jsii-(java-)?runtime/;

/**
 * The file of the app, and the line in it, that a construct's entry comes from: by the entry's own trace, or else by that of the resource
 * that the construct is, or is a part of.
 */
export function creationPlace(path: string, entry: MetadataEntry, metadata: Metadata): string | undefined {
  const parts = path.split('/');
  const around = parts.map((_, index) => parts.slice(0, parts.length - index).join('/')).filter(Boolean);
  const resources = around.flatMap(construct => [construct, `${construct}/Resource`, `${construct}/Default`]);
  return [entry.trace, ...resources.map(resource => resourceTrace(metadata[resource]))].map(lineOfApp).find(Boolean);
}

function resourceTrace(entries: MetadataEntry[] = []): unknown {
  return entries.find(({ type }) => type === CREATION_STACK)?.data ?? entries.find(({ trace }) => trace)?.trace;
}

function lineOfApp(trace: unknown): string | undefined {
  const frames = Array.isArray(trace) ? trace.map(String) : [];
  return frames.map(frame => NOT_OF_THE_APP.test(frame) ? undefined : placeOf(frame)).find(Boolean);
}

function placeOf(frame: string): string | undefined {
  const [, file, line] = FRAMES.map(pattern => pattern.exec(frame)).find(Boolean) ?? [];
  return file && pathOf(file) + line;
}

function pathOf(file: string): string {
  try {
    return file.startsWith('file:') ? fileURLToPath(file) : file;
  } catch {
    return file;
  }
}
