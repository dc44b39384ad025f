import { join } from 'path';
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { Construct } from 'constructs';

const DIGEST = 'imageDetails.0.imageDigest';

/** An image that builds without a network. */
export class HelloImage extends DockerImageAsset {
  constructor(scope: Construct, id: string) {
    super(scope, id, { directory: join(__dirname, 'hello-image') });
  }

  /** The image by the digest that ECR has for its tag. */
  public pushedUri(integ: IntegTest): string {
    const images = integ.assertions
      .awsApiCall('ECR', 'describeImages', {
        repositoryName: this.repository.repositoryName,
        imageIds: [{ imageTag: this.imageTag }],
      })
      .assertAtPath(DIGEST, ExpectedResult.stringLikeRegexp('^sha256:[0-9a-f]{64}$'));
    return `${this.repository.repositoryUri}@${images.getAttString(DIGEST)}`;
  }
}
