/** What a pattern wants next: a character, or as many as there are, up to the next `/` or beyond it; `folders` is a `/` and all behind it, or nothing. */
type Token = { readonly character: string } | 'any' | 'within' | 'folders';

/** Whether an image matches a pattern, in which `*` stands for any characters. */
export function matchesImage(pattern: string, image: string): boolean {
  return matches(pattern.split(/(\*)/).flatMap(part => part === '*' ? ['any'] : characters(part)), image);
}

/**
 * Whether a path matches a pattern, in which `*` stands for any characters within one part, and `**` for any.
 *
 * `/**` at the end stands for the construct itself too, and between two parts for none.
 */
export function matchesPath(pattern: string, path: string): boolean {
  return matches(pattern.split(/(\/\*\*(?=\/|$)|\*\*|\*)/).flatMap<Token>(part => {
    switch (part) {
      case '/**': return ['folders', 'any'];
      case '**': return ['any'];
      case '*': return ['within'];
      default: return characters(part);
    }
  }), path);
}

function characters(text: string): Token[] {
  return [...text].map(character => ({ character }));
}

/** All that a pattern can have come to is followed at once: a regular expression may try for hours. */
function matches(tokens: Token[], text: string): boolean {
  let reached = new Set<number>();
  reach(tokens, 0, reached);
  for (const character of text) {
    const next = new Set<number>();
    for (const position of reached) {
      const token = tokens[position];
      if (token === 'any' || (token === 'within' && character !== '/')) {
        reach(tokens, position, next);
      } else if (token === 'folders' ? character === '/' : Object(token).character === character) {
        reach(tokens, position + 1, next);
      }
    }
    reached = next;
  }
  return reached.has(tokens.length);
}

/** A place in the pattern, with those behind what may be nothing. */
function reach(tokens: Token[], position: number, reached: Set<number>): void {
  for (let at = position; !reached.has(at);) {
    reached.add(at);
    if (typeof tokens[at] !== 'string') {
      return;
    }
    at += tokens[at] === 'folders' ? 2 : 1;
  }
}
