/** Each takes time in proportion to the text, whatever that is: a name is read from its start, and once. */
const SECRETS: [RegExp, string][] = [
  // AWS repeats the whole signed request, to the end, where a signature does not match.
  [/\bThe (?:Canonical String|canonical request|String-to-Sign)\b.*/is, ''],
  // Node.js repeats the command, and what it wrote to standard error.
  [/\bCommand failed:.*/is, 'Command failed'],
  [/\b(authorization["']?\s*[:=]\s*)[^\n)}]+/gi, '$1***'],
  [/<(?=\w*(?:password|secret|token|accesskey))(\w+)>[^<]*/gi, '<$1>***'],
  // Names of errors end in a colon as well.
  [/(?<![\w-])(?=[\w-]*(?:password|secret|token|api_?key|access_?key))(?!(?:expired|invalid|missing|unrecognized)\w*(?![\w-])|\w*(?:error|exception)(?![\w-]))([\w-]+)(["']?\s*[:=]\s*)(?:(?:bearer|basic)\s+)?["']?[^\s"',;&)]+/gi, '$1$2***'],
  [/\b(bearer|basic)\s+(?=\S*[\d+/=.])[\w+/=.~-]{8,}/gi, '$1 ***'],
  [/(\/\/)[^\s/@:]+:[^\s/@]+@/g, '$1***@'],
];

/** A message as people may see it, before it becomes a part of another one: without credentials. */
export function redact(message: string): string {
  return SECRETS.reduce((text, [secret, replacement]) => text.replace(secret, replacement), message).trimEnd();
}
