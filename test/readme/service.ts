import { Stack, StackProps } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { DigestPinnedImage, SecureRepository } from 'cdk-secure-repository';
import { Construct } from 'constructs';

export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const images = new SecureRepository(this, 'Images', { repositoryName: 'api', devCompanion: {} });

    const task = new ecs.FargateTaskDefinition(this, 'Task');
    task.addContainer('api', { image: DigestPinnedImage.fromTag(images, 'v1.2.3') });
  }
}
