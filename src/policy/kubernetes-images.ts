import { documentsOf, JsonDocument } from './json-text';
import { NamedImage } from './named-image';
import { isIntrinsic } from './template-text';

/** Their data are texts of the user's own. */
const WITHOUT_IMAGES = ['ConfigMap', 'Secret'];

/** Stands for the repository that a chart has by itself. */
const UNNAMED = 'image';

/** The images of Kubernetes manifests and of a chart's values, wherever an object has an `image`. */
export function imagesOfDocument(property: string, value: unknown): NamedImage[] {
  return inDocuments(property, value, document => imagesIn(document, document.content, property));
}

/** The images of a patch: of objects to merge, or of operations as in RFC 6902. */
export function imagesOfPatch(property: string, value: unknown): NamedImage[] {
  return inDocuments(property, value, document => [
    ...imagesIn(document, document.content, property),
    ...[document.content].flat().flatMap(operation => {
      const { path, value: image } = Object(operation);
      return typeof path === 'string' && path.endsWith('/image') ? named(document, partsOf(image), property) : [];
    }),
  ]);
}

function inDocuments(location: string, value: unknown, find: (document: JsonDocument) => NamedImage[]): NamedImage[] {
  return documentsOf(value).flatMap(document => document ? find(document) : [{ location, text: [{ 'JSON that cannot be read': true }] }]);
}

function imagesIn(document: JsonDocument, value: unknown, location: string): NamedImage[] {
  if (typeof value !== 'object' || value === null || WITHOUT_IMAGES.includes((value as { kind?: string }).kind!)) {
    return [];
  }
  return Object.entries(value).flatMap(([key, child]) => {
    const place = `${location}.${key}`;
    return [
      ...(key === 'image' ? named(document, partsOf(child), place) : []),
      ...imagesIn(document, child, place),
    ];
  });
}

/** The parts of an image's name: one text, or as charts, operators and volumes have it. */
function partsOf(image: unknown): unknown[] {
  if (typeof image !== 'object' || image === null || isIntrinsic(image)) {
    return [image];
  }
  const { registry, repository, tag, digest, reference } = image as Record<string, unknown>;
  if (reference !== undefined) {
    return [reference];
  }
  if (!repository && !tag && !digest) {
    return [];
  }
  return [...(registry ? [registry, '/'] : []), repository ?? UNNAMED, ...(tag ? [':', tag] : []), ...(digest ? ['@', digest] : [])];
}

/** A number is a tag that was written without quotes. */
function named(document: JsonDocument, parts: unknown[], location: string): NamedImage[] {
  const [first, ...rest] = parts.map(part => document.textsOf(typeof part === 'number' ? `${part}` : part));
  return (first ?? []).map(text => ({ location, text: [...text, ...rest.flatMap(([next]) => next ?? [])] }));
}
