/** Whether CloudFormation puts something else in this place. */
export function isIntrinsic(value: unknown): value is Readonly<Record<string, unknown>> {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return names.length === 1 && (names[0] === 'Ref' || names[0].startsWith('Fn::'));
}

export function isNoValue(value: unknown): boolean {
  return Object(value).Ref === 'AWS::NoValue';
}
