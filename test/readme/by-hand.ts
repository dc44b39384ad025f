import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';

export class ByHandStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    new ecr.Repository(this, 'Images', {
      repositoryName: 'api',
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [
        { tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(14), description: 'expire untagged images 14 days after push' },
        { tagPatternList: ['*'], maxImageCount: 500, description: 'keep the newest 500 images tagged *' },
      ],
    });
  }
}
