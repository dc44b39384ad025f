const SECRETS: [RegExp, string][] = [
  // AWS repeats the whole signed request where a signature does not match.
  [/\s*\bThe Canonical String\b.*?(?=\)(?:; |$)|$)/is, ''],
  [/\b(authorization["']?\s*[:=]\s*)[^\n)}]+/gi, '$1***'],
  [/\b(x-amz-security-token|password|secret|token|sessiontoken|secretaccesskey)(["']?\s*[:=]\s*)(?:(?:bearer|basic)\s+)?["']?[^\s"',;&)]+/gi, '$1$2***'],
  [/\b(bearer|basic)\s+(?=\S*[\d+/=.])[\w+/=.~-]{8,}/gi, '$1 ***'],
  [/(\/\/)[^\s/@:]+:[^\s/@]+@/g, '$1***@'],
];

/** A message as people may see it: without credentials. */
export function redact(message: string): string {
  return SECRETS.reduce((text, [secret, replacement]) => text.replace(secret, replacement), message);
}

/** What went wrong in one line, without credentials. */
export function reasonOf(error: unknown): string {
  const { message, name } = Object(error) as Partial<Error>;
  return oneLine(redact(message || name || String(error)).replace(/AWS SDK error wrapper for (Error: )?/g, ''));
}

/** Text that may come from elsewhere, without what a terminal would act on. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '').trim();
}
