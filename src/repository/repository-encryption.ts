import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import { constructError } from '../construct/construct-error';

/** How the images of a repository are encrypted. */
export interface RepositoryEncryptionProps {
  readonly encryption?: ecr.RepositoryEncryption;
  readonly encryptionKey?: kms.IKey;
}

/** Sets the encryption on the resource: `ecr.Repository` does not take all that ECR has. */
export function encryptRepository(repository: ecr.Repository, { encryption, encryptionKey }: RepositoryEncryptionProps): void {
  const type = (encryption ?? (encryptionKey ? ecr.RepositoryEncryption.KMS : ecr.RepositoryEncryption.AES_256)).value;
  if (type === ecr.RepositoryEncryption.AES_256.value) {
    if (encryptionKey) {
      throw constructError(repository, `encryption is ${type}, which takes no encryptionKey; leave out one of them, or choose RepositoryEncryption.KMS`);
    }
    return;
  }
  (repository.node.defaultChild as ecr.CfnRepository).encryptionConfiguration = { encryptionType: type, kmsKey: encryptionKey?.keyArn };
}
