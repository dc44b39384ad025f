/** Renders Markdown with the plugins of Construct Hub: from a list of texts to a list of HTML. */
import { text } from 'node:stream/consumers';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import remarkEmoji from 'remark-emoji';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

// https://github.com/cdklabs/construct-hub-webapp/blob/main/src/components/Markdown/Markdown.tsx; the schema is GitHub's by default.
const pipeline = unified().use(remarkParse).use(remarkGfm).use(remarkEmoji)
  .use(remarkRehype, { allowDangerousHtml: true }).use(rehypeRaw).use(rehypeSanitize).use(rehypeStringify);

const texts = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(texts.map(markdown => ({ html: String(pipeline.processSync(markdown)), warnings: '' }))));
