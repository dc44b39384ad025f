import { Aws, IStackSynthesizer, Stack } from 'aws-cdk-lib';

/**
 * The role by which CloudFormation deploys a stack, or `undefined` where that is not known: some synthesizers leave it to the credentials of
 * whoever deploys.
 */
export function deploymentRoleArn(stack: Stack): string | undefined {
  const outermost = stack.nestedStackParent;
  return outermost ? deploymentRoleArn(outermost) : withTokens(roleOf(stack.synthesizer));
}

/** The CDK's synthesizers that have a role have this property, which throws when the role was set to nothing. */
function roleOf(synthesizer: IStackSynthesizer): string | undefined {
  try {
    const { cloudFormationExecutionRoleArn: arn } = synthesizer as { readonly cloudFormationExecutionRoleArn?: unknown };
    return typeof arn === 'string' ? arn : undefined;
  } catch {
    return undefined;
  }
}

/** The CDK CLI fills in these placeholders, and CloudFormation has to where they are in a template. */
function withTokens(arn: string | undefined): string | undefined {
  return arn?.replaceAll('${AWS::Partition}', Aws.PARTITION).replaceAll('${AWS::AccountId}', Aws.ACCOUNT_ID).replaceAll('${AWS::Region}', Aws.REGION);
}
