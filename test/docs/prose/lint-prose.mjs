/** Prints what a reader should not have to read in the pages that are given: other spellings of terms, riddles, and long sentences. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { TextlintKernel } from '@textlint/kernel';
import markdown from '@textlint/textlint-plugin-markdown';
import sentenceLength from 'textlint-rule-sentence-length';
import terminology from 'textlint-rule-terminology';

const { terms, phrases, longestSentence } = JSON.parse(await readFile(join(import.meta.dirname, 'vocabulary.json'), 'utf8'));
/** Lines are wrapped, so there may be a new line wherever a phrase has a space. */
const wrapped = list => list.map(entry => Array.isArray(entry) ? [entry[0].replaceAll(' ', '\\s+'), entry[1]] : entry);

const options = {
  plugins: [{ pluginId: 'markdown', plugin: markdown.default ?? markdown }],
  rules: [
    { ruleId: 'terms', rule: terminology, options: { defaultTerms: false, terms: wrapped(terms) } },
    { ruleId: 'phrases', rule: terminology, options: { defaultTerms: false, terms: wrapped(phrases) } },
    { ruleId: 'sentence-length', rule: sentenceLength.default ?? sentenceLength, options: { max: longestSentence } },
  ],
};

const kernel = new TextlintKernel();
for (const file of process.argv.slice(2)) {
  const { messages } = await kernel.lintText(await readFile(file, 'utf8'), { ...options, filePath: file, ext: extname(file) });
  for (const { loc, message, ruleId } of messages) {
    console.log(`${file}:${loc.start.line}: ${message.replace(/\s+/g, ' ')} (${ruleId})`);
    process.exitCode = 1;
  }
}
