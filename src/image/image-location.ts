import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { constructError } from '../construct/construct-error';
import { PULL_ACTIONS, warnIfOwnerMustAllow } from '../repository/imported-repository';

/** Where an image is pulled from, apart from its digest. */
export interface ImageLocation {
  /** Where the image is in Amazon ECR. */
  readonly repository?: ecr.IRepository;

  /** The URI of the image with a digest. */
  imageUri(digest: string): string;

  /**
   * Lets a container's execution role pull the image; what ECS needs to know besides its name.
   *
   * AWS Batch hands over something else for a container: without a task definition for Amazon EKS, and otherwise with one that only has
   * the role.
   */
  allowPull(scope: Construct, container: ecs.ContainerDefinition): Omit<ecs.ContainerImageConfig, 'imageName'>;
}

/** A repository of Amazon ECR. */
export class EcrLocation implements ImageLocation {
  constructor(public readonly repository: ecr.IRepository) {}

  public imageUri(digest: string): string {
    return this.repository.repositoryUriForDigest(digest);
  }

  public allowPull(scope: Construct, { taskDefinition }: Partial<ecs.ContainerDefinition>) {
    if (taskDefinition) {
      const role = taskDefinition.obtainExecutionRole();
      this.repository.grantPull(role);
      warnIfOwnerMustAllow(scope, this.repository, role.principalAccount ?? Stack.of(scope).account, PULL_ACTIONS);
    }
    return {};
  }
}

/** A repository of any other registry. */
export class RegistryLocation implements ImageLocation {
  constructor(private readonly name: string, private readonly credentials?: secretsmanager.ISecret) {}

  public imageUri(digest: string): string {
    return `${this.name}@${digest}`;
  }

  public allowPull(scope: Construct, { taskDefinition }: Partial<ecs.ContainerDefinition>) {
    if (!this.credentials) {
      return {};
    }
    if (!taskDefinition || !Construct.isConstruct(taskDefinition)) {
      throw constructError(scope, `the credentials of '${this.name}' would be lost: the CDK's AWS Batch does not pass them on; `
        + 'copy the image to Amazon ECR, or leave credentials out and give them to the job definition or the pods yourself');
    }
    this.credentials.grantRead(taskDefinition.obtainExecutionRole());
    return { repositoryCredentials: { credentialsParameter: this.credentials.secretArn } };
  }
}
