import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { DEPLOYED_TYPE } from './contract';
import { ImageLists, ListedImage } from '../custom-resource/image-lists';
import { StackFunction } from '../custom-resource/stack-function';

const ID = 'CdkSecureRepositoryDeployedImages';

/** By the manifest, which is put back with the tag. */
const ACTIONS = ['ecr:BatchGetImage', 'ecr:PutImage'];

/** Marks images of a stack as deployed: one function, and one custom resource for each repository, or several for many images. */
export class StackDeployedImages extends Construct {
  /** What marks the images of the stack that `scope` is in. */
  public static of(scope: Construct): StackDeployedImages {
    const stack = Stack.of(scope);
    return (stack.node.tryFindChild(ID) as StackDeployedImages | undefined) ?? new StackDeployedImages(stack);
  }

  private readonly function: StackFunction;
  private readonly lists: ImageLists;

  private constructor(stack: Stack) {
    super(stack, ID);
    this.function = new StackFunction(this, {
      handler: 'mark',
      description: 'Tags images as deployed, so that they are kept (cdk-secure-repository)',
      roleDescription: 'Tags the images that this stack deploys',
    });
    this.lists = new ImageLists(this, this.function);
  }

  /** @param user what uses the image */
  public mark(user: Construct, repository: ecr.IRepository, digest: string): ListedImage {
    return this.lists.add(digest, {
      user,
      resourceType: DEPLOYED_TYPE,
      repository,
      purpose: 'deployed',
      identity: {},
      options: {},
      waitSeconds: 0,
      permissions: () => [this.function.allow(repository, ACTIONS)],
    });
  }
}
