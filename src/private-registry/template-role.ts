import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** As ECR's guide on creation templates has them. */
const REPOSITORY_ACTIONS = ['ecr:CreateRepository', 'ecr:ReplicateImage', 'ecr:TagResource'];
const KEY_ACTIONS = ['kms:CreateGrant', 'kms:RetireGrant', 'kms:DescribeKey'];

/** What a template's role may do. */
export interface TemplateRoleProps {
  /** Of the repositories; all where there is none. */
  readonly prefix?: string;
  readonly encryptionKey?: kms.IKey;
}

/** The role with which ECR makes repositories that have tags or a key. It has no path: CloudFormation takes none for a template. */
export class TemplateRole extends iam.Role {
  constructor(scope: Construct, id: string, { prefix, encryptionKey }: TemplateRoleProps) {
    super(scope, id, {
      assumedBy: new iam.ServicePrincipal('ecr.amazonaws.com'),
      description: `Makes repositories ${prefix === undefined ? 'that have no other template' : `below ${prefix}/`}`,
    });
    this.addToPolicy(new iam.PolicyStatement({
      actions: REPOSITORY_ACTIONS,
      resources: [Stack.of(this).formatArn({
        service: 'ecr',
        resource: 'repository',
        resourceName: prefix === undefined ? '*' : `${prefix}/*`,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      })],
    }));
    encryptionKey?.grant(this, ...KEY_ACTIONS);
  }
}
