import { TemplateText } from './template-text';

/** Stands for what CloudFormation fills in. */
const FILLED_IN = '\uFFFC';

const DIGEST_AT_END = new RegExp(`.@sha256:([0-9a-f]{64}|${FILLED_IN})$`);

export enum ImageVerdict {
  PINNED,
  UNPINNED,
  UNKNOWN,
}

/**
 * Whether an image is named by its digest, as far as its text tells.
 *
 * Behind `@sha256:` there can be nothing but a digest, and behind the `:` of a name nothing but a tag, whoever fills it in.
 */
export function judgeImage(text: TemplateText, isRepository: (part: TemplateText[number]) => boolean): ImageVerdict {
  const outline = outlineOf(text);
  if (DIGEST_AT_END.test(outline)) {
    return ImageVerdict.PINNED;
  }
  const name = lastPart(outline);
  const [, digest] = name.split('@');
  const isClear = digest === undefined ? name.includes(':') || !name.includes(FILLED_IN) || isRepository(text.at(-1)!) : !digest.includes(FILLED_IN);
  return isClear ? ImageVerdict.UNPINNED : ImageVerdict.UNKNOWN;
}

/** The tag of an image that has no digest, as far as it is known. */
export function tagOf(text: TemplateText): string | undefined {
  const tag = /:([^@]*)/.exec(lastPart(outlineOf(text)))?.[1] ?? 'latest';
  return tag.includes(FILLED_IN) ? undefined : tag;
}

function outlineOf(text: TemplateText): string {
  return text.map(part => typeof part === 'string' ? part : FILLED_IN).join('');
}

/** What follows the host and the namespaces. */
function lastPart(outline: string): string {
  return outline.split('@')[0].split('/').at(-1)! + (outline.includes('@') ? outline.slice(outline.indexOf('@')) : '');
}
