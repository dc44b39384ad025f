import { isNoValue } from '../construct/intrinsic';

/** A statement of a policy, as far as it matters here. */
interface PolicyStatement {
  readonly Effect?: string;
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: unknown;
}

/** Whether a request was encrypted, as those of all clients are. */
const OF_EVERYBODY = /^aws:SecureTransport$/i;
const LIKE = /^(ForAnyValue:|ForAllValues:)?(StringLike|ArnLike|ArnEquals)(IfExists)?$/i;

/** What to do about what `publicProblem` says. */
export const PUBLIC_POLICY_FIX = 'name the principals, or use iam.OrganizationPrincipal';

/**
 * What a policy, an object or JSON text, allows everybody without a condition that leaves anybody out, or `undefined` when that is nothing.
 *
 * What is allowed to all but some is allowed to any other account. Of `Fn::If` each case counts.
 */
export function publicProblem(policy: unknown): string | undefined {
  const open = publicStatement(policy);
  return open && `its policy allows everybody ${open.NotAction ? 'all but ' : ''}${[open.Action ?? open.NotAction].flat().join(', ')} without a condition that leaves anybody out`;
}

function publicStatement(policy: unknown): PolicyStatement | undefined {
  const { Statement } = Object(typeof policy === 'string' ? parse(policy) : policy);
  return casesOf(Statement).map(statement => Object(statement) as PolicyStatement)
    .find(statement => statement.Effect === 'Allow' && casesOf(statement.Condition ?? {}).some(saysNothing) && isForEverybody(statement));
}

function isForEverybody({ Principal, NotPrincipal }: PolicyStatement): boolean {
  return NotPrincipal !== undefined || casesOf(Principal).some(principal => principal === '*' || casesOf(Object(principal).AWS).includes('*'));
}

/** A condition that leaves nobody out: all of its operators compare nothing, or what everybody has. */
function saysNothing(condition: unknown): boolean {
  return isNoValue(condition) || Object.entries(Object(condition)).every(([operator, keys]) =>
    Object.entries(Object(keys)).every(([key, values]) => OF_EVERYBODY.test(key) || (LIKE.test(operator) && casesOf(values).some(isAnything))));
}

function isAnything(pattern: unknown): boolean {
  return typeof pattern === 'string' && /^(\*+|(arn|\*)(:\*){5})$/.test(pattern);
}

/** One value or a list of them, with both cases of those that CloudFormation decides about. */
function casesOf(value: unknown): unknown[] {
  return [value].flat().flatMap(one => {
    const cases = Object(one)['Fn::If'];
    return Array.isArray(cases) ? cases.slice(1).flatMap(casesOf) : [one];
  });
}

/** A text that is no JSON is for ECR to refuse. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
