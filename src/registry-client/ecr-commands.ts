import { EcrRepositoryName } from '../names/repository-name';

/** Commands of the AWS CLI with which people look after an image of ECR themselves. */
export function ecrCommands({ account, region, repositoryName }: EcrRepositoryName, tag: string, digest?: string) {
  const imageId = digest === undefined ? `imageTag=${tag}` : `imageDigest=${digest}`;
  const inRegistry = (operation: string) => `aws ecr ${operation} --registry-id ${account} --region ${region}`;
  const inRepository = (operation: string) => `${inRegistry(operation)} --repository-name ${repositoryName}`;
  return {
    listRepositories: inRegistry('describe-repositories'),
    showPolicy: inRepository('get-repository-policy'),
    listImages: inRepository('list-images'),
    showImage: `${inRepository('describe-images')} --image-ids ${imageId}`,
    restoreImage: `${inRepository('update-image-storage-class')} --image-id ${imageId} --target-storage-class STANDARD`,
  };
}
