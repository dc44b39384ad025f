import { Stack, StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { DigestPinnedImage, SecureRepository } from 'cdk-secure-repository';
import { Construct } from 'constructs';

export class ImagesStack extends Stack {
  readonly api = new SecureRepository(this, 'Api', { repositoryName: 'api', devCompanion: {} });
}

export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { api: ecr.IRepository }) {
    super(scope, id, props);

    const task = new ecs.FargateTaskDefinition(this, 'Task');
    task.addContainer('api', { image: DigestPinnedImage.fromTag(props.api, 'v1.2.3') });
  }
}
