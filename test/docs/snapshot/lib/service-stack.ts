import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as cdk from 'aws-cdk-lib/core';
import { DigestPinnedImage } from 'cdk-secure-repository';
import { Construct } from 'constructs';

export interface ServiceStackProps extends cdk.StackProps {
  readonly api: ecr.IRepository;
}

export class ServiceStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);

    const task = new ecs.FargateTaskDefinition(this, 'Task');
    task.addContainer('api', { image: DigestPinnedImage.fromLookup(props.api, 'v1.2.3') });
  }
}
