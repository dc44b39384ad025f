import { digestProblem } from '../names/image-grammar';
import { EcrRepositoryName } from '../names/repository-name';

/** Commands of the AWS CLI with which people look after an image of ECR themselves. It is known by a tag, or by its digest. */
export function ecrCommands({ account, region, repositoryName }: EcrRepositoryName, image: string) {
  const imageId = digestProblem(image) ? `imageTag=${image}` : `imageDigest=${image}`;
  const inRegistry = (operation: string) => `aws ecr ${operation} --registry-id ${account} --region ${region}`;
  const inRepository = (operation: string) => `${inRegistry(operation)} --repository-name ${repositoryName}`;
  return {
    listRepositories: inRegistry('describe-repositories'),
    showPolicy: inRepository('get-repository-policy'),
    listImages: inRepository('list-images'),
    showImage: `${inRepository('describe-images')} --image-ids ${imageId}`,
    restoreImage: `${inRepository('update-image-storage-class')} --image-id ${imageId} --target-storage-class STANDARD`,
    showFindings: `${inRepository('describe-image-scan-findings')} --image-id ${imageId}`,
    showSignatures: `${inRepository('describe-image-signing-status')} --image-id ${imageId}`,
    /** For the account of the credentials: these take no other. */
    showScanning: `aws ecr get-registry-scanning-configuration --region ${region}`,
    showSigning: `aws ecr get-signing-configuration --region ${region}`,
  };
}
