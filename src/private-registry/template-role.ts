import { ArnFormat, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct, IDependable } from 'constructs';
import { keepSetting, logicalIdOf } from './registry-setting';

/** As ECR's guide on creation templates has them, also where there are no tags. */
const REPOSITORY_ACTIONS = ['ecr:CreateRepository', 'ecr:ReplicateImage', 'ecr:TagResource'];
const KEY_ACTIONS = ['kms:CreateGrant', 'kms:RetireGrant', 'kms:DescribeKey'];

/** What a template's role may do. */
export interface TemplateRoleProps {
  /** As the template has it. */
  readonly prefix: string;
  /** What the role may make. */
  readonly repositories: string;
  readonly encryptionKey?: kms.IKey;
  readonly removalPolicy?: RemovalPolicy;
}

/** The role with which ECR makes repositories that have tags or a key. It is kept as the template is, also when that needs it no more. */
export class TemplateRole extends Construct {
  public readonly roleArn: string;
  /** What has to be there before the template acts. */
  public readonly policy: IDependable;

  constructor(scope: Construct, id: string, { prefix, repositories, encryptionKey, removalPolicy }: TemplateRoleProps) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ecr.amazonaws.com'),
      description: `Makes the repositories ${repositories} of a template`,
    });
    const { policyDependable } = role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: REPOSITORY_ACTIONS,
      resources: [Stack.of(this).formatArn({
        service: 'ecr',
        resource: 'repository',
        resourceName: repositories,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      })],
    }));
    encryptionKey?.grant(role, ...KEY_ACTIONS);
    this.roleArn = role.roleArn;
    this.policy = policyDependable!;
    keep(role, logicalIdOf('Role', prefix), removalPolicy);
    keep(role.node.tryFindChild('DefaultPolicy'), logicalIdOf('RolePolicy', prefix), removalPolicy);
    this.node.addValidation({ validate: () => pathProblems(role) });
  }
}

/** Where the roles of an app are made beforehand (`iam.Role.customizeRoles`), there is no resource. */
function keep(construct: IConstruct | undefined, logicalId: string, removalPolicy?: RemovalPolicy): void {
  const resource = construct?.node.defaultChild;
  if (CfnResource.isCfnResource(resource)) {
    keepSetting(resource, logicalId, removalPolicy);
  }
}

function pathProblems(role: iam.Role): string[] {
  const { path = '/' } = Object(role.node.defaultChild) as Partial<iam.CfnRole>;
  const isBelowPath = path !== '/' || /:role\/[^"]*\//.test(JSON.stringify(Stack.of(role).resolve(role.roleArn)));
  return isBelowPath ? ['something in the app has given this role a path, and CloudFormation takes no role with a path for a template; leave the path out'] : [];
}
