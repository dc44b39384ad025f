import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as cr from 'aws-cdk-lib/custom-resources';

const DIGEST_PATH = 'imageDetails.0.imageDigest';

/** The digest of a tag during the deployment, as one gets it without the library. */
export function digestByCustomResource(repository: ecr.IRepository, tag: string): string {
  const id = `Digest-${repository.node.id}-${tag}`;
  const resource = new cr.AwsCustomResource(repository.stack, id, {
    onUpdate: {
      service: 'ECR',
      action: 'describeImages',
      parameters: { repositoryName: repository.repositoryName, imageIds: [{ imageTag: tag }] },
      physicalResourceId: cr.PhysicalResourceId.of(id),
      outputPaths: [DIGEST_PATH],
    },
    policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: [repository.repositoryArn] }),
    installLatestAwsSdk: false,
  });
  return resource.getResponseField(DIGEST_PATH);
}
