import { Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';

/**
 * Takes an action from the policy of a function's role.
 *
 * @param role what the path of the role has in it
 */
export function withoutAction(stack: Stack, role: string, action: string): void {
  const policy = stack.node.findAll().find(child => child instanceof CfnPolicy && child.node.path.includes(role)) as CfnPolicy;
  const { Statement, ...document } = stack.resolve(policy.policyDocument);
  const statements = Statement
    .map((statement: any) => ({ ...statement, Action: [statement.Action].flat().filter((name: string) => name !== action) }))
    .filter((statement: any) => statement.Action.length > 0);
  expect(statements).not.toEqual(Statement);
  policy.addPropertyOverride('PolicyDocument', { ...document, Statement: statements });
}
