/** Text that may come from elsewhere, without what a terminal or a browser would act on: control characters, and those that change the order of others. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '');
}
