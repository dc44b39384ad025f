import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as cdk from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export class ByHandStack extends cdk.Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    new ecr.Repository(this, 'Images', {
      repositoryName: 'api',
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      removalPolicy: cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [
        { tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: cdk.Duration.days(14), description: 'expire untagged images 14 days after push' },
        { tagPatternList: ['*'], maxImageCount: 500, description: 'keep the newest 500 images tagged *' },
      ],
    });
  }
}
