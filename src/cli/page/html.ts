import { oneLine } from '../../registry-client/quote';

/** What may stand in a page as it is. */
export class Html {
  constructor(public readonly text: string) {}
}

type Part = string | number | undefined | Html | Part[];

/** HTML with texts of any origin in it, between tags or within the quotes of an attribute, which stay texts. */
export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(literals.map((literal, index) => literal + written(parts[index])).join(''));
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function written(part: Part): string {
  if (Array.isArray(part)) {
    return part.map(written).join('');
  }
  return part instanceof Html ? part.text : oneLine(`${part ?? ''}`).replace(/[&<>"']/g, character => ENTITIES[character]);
}
