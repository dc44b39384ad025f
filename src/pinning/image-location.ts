import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** Where an image is pulled from, apart from its digest. */
export interface ImageLocation {
  /** The URI of the image with a digest. */
  imageUri(digest: string): string;

  /** Lets a container's execution role pull the image; what ECS needs to know besides its name. */
  allowPull(container: ecs.ContainerDefinition): Omit<ecs.ContainerImageConfig, 'imageName'>;
}

/** A repository of Amazon ECR. */
export class EcrLocation implements ImageLocation {
  constructor(private readonly repository: ecr.IRepository) {}

  public imageUri(digest: string): string {
    return this.repository.repositoryUriForDigest(digest);
  }

  public allowPull(container: ecs.ContainerDefinition) {
    this.repository.grantPull(container.taskDefinition.obtainExecutionRole());
    return {};
  }
}

/** A repository of any other registry. */
export class RegistryLocation implements ImageLocation {
  constructor(private readonly name: string, private readonly credentials?: secretsmanager.ISecret) {}

  public imageUri(digest: string): string {
    return `${this.name}@${digest}`;
  }

  public allowPull(container: ecs.ContainerDefinition) {
    if (!this.credentials) {
      return {};
    }
    this.credentials.grantRead(container.taskDefinition.obtainExecutionRole());
    return { repositoryCredentials: { credentialsParameter: this.credentials.secretArn } };
  }
}
