/** What a template takes of the limits of CloudFormation and IAM. */
export interface TemplateSize {
  readonly resources: number;
  readonly functions: number;
  readonly bytes: number;
  /** Characters of all inline policies of the role that has the most of them, as IAM counts: after CloudFormation filled in names, without white space. */
  readonly inlineCharacters: number;
  /** Managed policies of the role that has the most of them. */
  readonly managedPolicies: number;
  /** Characters of the largest managed policy. */
  readonly managedCharacters: number;
}

/** The limits, of which only the number of managed policies can be raised. */
export const LIMITS = { resources: 500, bytes: 1_000_000, inlineCharacters: 10_240, managedPolicies: 10, managedCharacters: 6_144 };

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, any>;
}

export function templateSize(text: string): TemplateSize {
  const resources: Resource[] = Object.values(JSON.parse(text).Resources ?? {});
  const managed = documents(resources, 'AWS::IAM::ManagedPolicy');
  const givenArns = resources.filter(({ Type }) => Type === 'AWS::IAM::Role').map(({ Properties }) => Properties?.ManagedPolicyArns?.length ?? 0);
  return {
    resources: resources.length,
    functions: resources.filter(({ Type }) => Type === 'AWS::Lambda::Function').length,
    bytes: Buffer.byteLength(text),
    inlineCharacters: most([...byRole(documents(resources, 'AWS::IAM::Policy')).values()].map(lengths => lengths.reduce((a, b) => a + b))),
    managedPolicies: most([...byRole(managed).values()].map(({ length }) => length)) + most(givenArns),
    managedCharacters: most(managed.map(({ length }) => length)),
  };
}

/** Which limits a template breaks, with the numbers. */
export function broken(size: TemplateSize): string[] {
  const names = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
  return names.filter(name => size[name] > LIMITS[name]).map(name => `${name} ${size[name]} > ${LIMITS[name]}`);
}

interface PolicyDocument {
  readonly roles: string[];
  readonly length: number;
}

function documents(resources: Resource[], type: string): PolicyDocument[] {
  return resources.filter(({ Type }) => Type === type).map(({ Properties }) => ({
    roles: (Properties?.Roles ?? []).map((role: unknown) => JSON.stringify(role)),
    length: JSON.stringify(filledIn(Properties?.PolicyDocument)).length,
  }));
}

function byRole(policies: PolicyDocument[]): Map<string, number[]> {
  const lengths = new Map<string, number[]>();
  for (const { roles, length } of policies) {
    roles.forEach(role => lengths.set(role, [...lengths.get(role) ?? [], length]));
  }
  return lengths;
}

/** A value as CloudFormation fills it in, where an attribute is an ARN of usual length. */
function filledIn(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(filledIn);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const { Ref: name, 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as Record<string, any>;
  if (name) {
    return name === 'AWS::Partition' ? 'aws' : 'x'.repeat(16);
  }
  if (attribute) {
    return 'x'.repeat(100);
  }
  return join ? join[1].map(filledIn).join(join[0]) : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner)]));
}

function most(numbers: number[]): number {
  return Math.max(0, ...numbers);
}
