import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { knownLength } from '../repository/known-length';
import { publicProblem, PUBLIC_POLICY_FIX } from '../repository/public-statement';

/** ECR's limit of the policies of a repository and of a registry. */
const MAX_CHARACTERS = 10_240;

/** What is wrong with a policy as CloudFormation will get it. Statements of a registry's policy have resources, those of a repository's have none. */
export function policyProblems(scope: Construct, name: string, policy: iam.PolicyDocument, haveResources: boolean): string[] {
  const resolved = Stack.of(scope).resolve(policy);
  const open = publicProblem(resolved);
  const characters = knownLength(resolved);
  const statements: object[] = [resolved?.Statement ?? []].flat();
  const isIn = (...members: string[]) => (statement: object) => members.some(member => member in statement);
  return [
    statements.every(isIn('Principal', 'NotPrincipal')) ? [] : `${name} has a statement without principals; say who is allowed something, or denied`,
    statements.every(isIn('Action', 'NotAction')) ? [] : `${name} has a statement without actions; say what is allowed, or denied`,
    open ? `${name}: ${open}; ${PUBLIC_POLICY_FIX}` : [],
    statements.every(statement => isIn('Resource', 'NotResource')(statement) === haveResources) ? []
      : `${name} has a statement ${haveResources ? 'without resources; name the ARNs of repositories' : 'with resources; leave them out, as the policy is for the repository that has it'}`,
    characters <= MAX_CHARACTERS ? [] : `${name} has ${characters} characters or more, and ECR takes ${MAX_CHARACTERS}; name fewer principals or prefixes`,
  ].flat();
}
