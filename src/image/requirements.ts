import { Annotations, CfnResource } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { ImageLocation } from './image-location';
import { byPath } from '../construct/by-path';
import { ListedImage } from '../custom-resource/image-lists';
import { StackDeployedImages } from '../deployed-image/stack-deployed-images';
import { GateRule } from '../gates/gate-rule';
import { StackGates } from '../gates/stack-gates';
import { declareDeployed } from '../repository/deployed-images';

/** What a deployment does with an image before it is used. */
export interface Requirements {
  readonly gates: GateRule[];
  readonly isMarked: boolean;
}

export const NO_REQUIREMENTS: Requirements = { gates: [], isMarked: false };

/** Makes the resources of requirements, in the order in which they are deployed: an image that a gate refuses is not marked. */
export function requireFor(scope: Construct, { repository }: ImageLocation, digest: string, { gates, isMarked }: Requirements): ListedImage[] {
  if (!repository) {
    return [];
  }
  const gated = gates.map(gate => {
    const listed = StackGates.of(scope).require(scope, repository, digest, gate);
    gate.warnings.forEach(warning => Annotations.of(listed.resource).addWarningV2('cdk-secure-repository:expiredIgnore', warning));
    return listed;
  });
  // Always in one order, whatever that of an image's gates is: resources are shared, and would wait for each other.
  gated.sort((one, other) => byPath(one.resource, other.resource));
  const all = [...gated, ...isMarked ? [markIn(scope, repository, digest)] : []];
  all.slice(1).forEach(({ resource }, index) => {
    if (resource !== all[index].resource) {
      resource.node.addDependency(all[index].resource);
    }
  });
  return all;
}

function markIn(scope: Construct, repository: ecr.IRepository, digest: string): ListedImage {
  declareDeployed(repository);
  return StackDeployedImages.of(scope).mark(scope, repository, digest);
}

/** The resource of a task definition, which AWS Batch and Amazon EKS do not have. */
export function taskDefinitionOf({ taskDefinition }: Partial<ecs.ContainerDefinition>): CfnResource | undefined {
  const resource = Construct.isConstruct(taskDefinition) ? taskDefinition.node.defaultChild : undefined;
  return CfnResource.isCfnResource(resource) && resource.cfnResourceType === ecs.CfnTaskDefinition.CFN_RESOURCE_TYPE_NAME ? resource : undefined;
}
