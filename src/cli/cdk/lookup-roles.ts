import { LookupRole } from '../../lock/lock-request';

/** A lookup role as the stacks of a cloud assembly have it. */
export interface StackLookupRole {
  readonly arn?: string;
  readonly assumeRoleExternalId?: string;
  readonly assumeRoleAdditionalOptions?: Record<string, unknown>;
}

/** What STS is to be told when the lookup roles of an assembly are assumed: constructs do not see it, the stacks in the assembly have it. */
export class LookupRoles {
  private readonly options = new Map<string, LookupRole>();

  constructor(roles: StackLookupRole[]) {
    for (const { arn, assumeRoleExternalId, assumeRoleAdditionalOptions } of roles) {
      const id = identityOf(arn ?? '');
      this.options.set(id, {
        ...(assumeRoleExternalId && { lookupRoleExternalId: assumeRoleExternalId }),
        ...(assumeRoleAdditionalOptions && { assumeRoleAdditionalOptions }),
        ...this.options.get(id),
      });
    }
  }

  /** Adds what the assembly knows of a role to what asks for it. */
  public complete<R extends LookupRole>(request: R): R {
    const { lookupRoleArn } = request;
    return lookupRoleArn === undefined ? request : { ...this.options.get(identityOf(lookupRoleArn)), ...request };
  }
}

/** The CDK CLI fills in the partition, which follows from the account. */
function identityOf(arn: string): string {
  return arn.replace(/^arn:(\$\{AWS::Partition\}|[^:]*):/, '');
}
