/** For a property that is not what the constructs write. */
export function malformedProperty(problem: string): Error {
  return new Error(`malformed property: ${problem}; correct what the stack passes and deploy again`);
}
