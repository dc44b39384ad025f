import { knownLength } from './known-length';
import { publicProblem, PUBLIC_POLICY_FIX } from './public-statement';

/** ECR's limit of a repository policy. */
const MAX_CHARACTERS = 10_240;

/** What is wrong with the policy of a repository, as CloudFormation will get it; `protection` is a statement that has to be in it. */
export function policyProblems(policy: unknown, protection?: unknown): string[] {
  const open = publicProblem(policy);
  const characters = knownLength(policy);
  return [
    open ? `${open}; ${PUBLIC_POLICY_FIX}` : [],
    protection === undefined || statements(policy).includes(JSON.stringify(protection)) ? []
      : 'something in the app has taken the statement of deletionProtection out of its policy, or changed it; leave it as it is, or leave deletionProtection out',
    characters <= MAX_CHARACTERS ? []
      : `its policy has ${characters} characters or more, and Amazon ECR takes ${MAX_CHARACTERS}; name fewer principals in grants, addToResourcePolicy and `
        + 'deletionProtection, or use patterns and iam.OrganizationPrincipal',
  ].flat();
}

function statements(policy: unknown): string[] {
  return [Object(policy).Statement].flat().map(statement => JSON.stringify(statement));
}
