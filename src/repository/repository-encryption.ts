import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { constructError } from '../construct/construct-error';

/** How the images of a repository are encrypted. */
export interface RepositoryEncryptionProps {
  readonly encryption?: ecr.RepositoryEncryption;
  readonly encryptionKey?: kms.IKey;
}

/** Sets the encryption on the resource: `ecr.Repository` does not take all that ECR has. */
export function encryptRepository(repository: ecr.Repository, props: RepositoryEncryptionProps): void {
  (repository.node.defaultChild as ecr.CfnRepository).encryptionConfiguration = encryptionOf(repository, props);
}

/** What a resource has for an encryption; nothing for that which is ECR's default. */
export function encryptionOf(
  scope: IConstruct, { encryption, encryptionKey }: RepositoryEncryptionProps,
): ecr.CfnRepository.EncryptionConfigurationProperty | undefined {
  const type = (encryption ?? (encryptionKey ? ecr.RepositoryEncryption.KMS : ecr.RepositoryEncryption.AES_256)).value;
  if (type !== ecr.RepositoryEncryption.AES_256.value) {
    return { encryptionType: type, kmsKey: encryptionKey?.keyArn };
  }
  if (encryptionKey) {
    throw constructError(scope, `encryption is ${type}, which takes no encryptionKey; leave out one of them, or choose RepositoryEncryption.KMS`);
  }
  return undefined;
}
