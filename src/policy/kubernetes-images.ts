import { documentsOf, JsonDocument } from './json-text';
import { imageParts } from './kubernetes-image-parts';
import { NamedImage } from './named-image';
import { concatenated, TemplateText } from './template-text';
import { isIntrinsic } from '../construct/intrinsic';

/** Their data are texts of the user's own. */
const WITH_DATA = ['ConfigMap', 'Secret'];
const DATA = ['data', 'binaryData', 'stringData'];

/** What is in these has images. */
const HOLDERS = ['containers', 'initContainers', 'ephemeralContainers', 'items', 'jobTemplate', 'spec', 'template'];

/** Deeper than any document that Kubernetes takes. */
const MAX_DEPTH = 500;

const UNKNOWN = { 'JSON that cannot be read': true };

/** The images of Kubernetes manifests, wherever an object names one. */
export function imagesOfDocument(property: string, value: unknown): NamedImage[] {
  return inDocuments(property, value, document => imagesIn(document, document.content, property));
}

/** The images of a manifest within another document. */
export function imagesOfContent(document: JsonDocument, content: unknown, location: string): NamedImage[] {
  return imagesIn(document, content, location);
}

/** The images of a chart's values, where tag and digest may stand beside a name. */
export function imagesOfValues(property: string, value: unknown): NamedImage[] {
  return inDocuments(property, value, document => imagesIn(document, document.content, property, true));
}

/** The images of a patch: of objects to merge, or of operations as in RFC 6902. */
export function imagesOfPatch(property: string, value: unknown): NamedImage[] {
  return inDocuments(property, value, document => [
    ...imagesIn(document, document.content, property),
    ...[document.content].flat().flatMap(operation => {
      const { path, value: image } = Object(operation);
      return typeof path === 'string' ? named(document, imageParts(document, path.split('/').at(-1)!, image, {}), property) : [];
    }),
  ]);
}

function inDocuments(location: string, value: unknown, find: (document: JsonDocument) => NamedImage[]): NamedImage[] {
  // A text of another kind, such as YAML, that has no image is no reason to worry.
  const isHarmless = typeof value === 'string' && !/image|repository/i.test(value);
  return documentsOf(value).flatMap(document => document ? find(document) : isHarmless ? [] : [{ location, text: [UNKNOWN] }]);
}

function imagesIn(document: JsonDocument, value: unknown, location: string, areValues = false, depth = 0): NamedImage[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if (depth > MAX_DEPTH) {
    return [{ location, text: [UNKNOWN] }];
  }
  const { kind } = value as { kind?: string };
  return Object.entries(value).filter(([key]) => !(WITH_DATA.includes(kind!) && DATA.includes(key))).flatMap(([key, child]) => {
    const place = `${location}.${key}`;
    const parts = imageParts(document, key, child, areValues ? value : {});
    // An image that has been put together is not to be found again by the name in it.
    const inside = parts.length > 0 ? withoutTexts(child) : child;
    return [
      ...named(document, parts, place),
      ...(HOLDERS.includes(key) ? filledIn(document, child, place) : []),
      ...imagesIn(document, inside, place, areValues, depth + 1),
    ];
  });
}

function withoutTexts(value: unknown): unknown {
  return isIntrinsic(value) ? value : Object.fromEntries(Object.entries(Object(value)).filter(([, part]) => Object(part) === part));
}

/** What CloudFormation fills in where containers are expected. */
function filledIn(document: JsonDocument, value: unknown, location: string): NamedImage[] {
  const texts = typeof value === 'string' || isIntrinsic(value) ? document.textsOf(value) : [];
  return texts.filter(([part, ...rest]) => rest.length === 0 && typeof part === 'object').map(text => ({ location, text }));
}

function named(document: JsonDocument, parts: unknown[], location: string): NamedImage[] {
  // A number is a tag that was written without quotes.
  const texts: TemplateText[] = parts.length === 0 ? []
    : concatenated(parts, '', part => document.textsOf(typeof part === 'number' ? `${part}` : part)) ?? [[{ 'too many cases': true }]];
  return texts.filter(text => text.length > 0).map(text => ({ location, text, isInParts: parts.length > 1 }));
}
