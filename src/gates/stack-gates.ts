import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { GateRule } from './gate-rule';
import { constructError } from '../construct/construct-error';
import { ImageLists, ListedImage } from '../custom-resource/image-lists';
import { StackFunction } from '../custom-resource/stack-function';

const ID = 'CdkSecureRepositoryImageGates';

/** The gates of a stack: one function, and one custom resource for each repository and gate, or several for many images. */
export class StackGates extends Construct {
  /** The gates of the stack that `scope` is in. */
  public static of(scope: Construct): StackGates {
    const stack = Stack.of(scope);
    return (stack.node.tryFindChild(ID) as StackGates | undefined) ?? new StackGates(stack);
  }

  private readonly function: StackFunction;
  private readonly lists: ImageLists;

  private constructor(stack: Stack) {
    super(stack, ID);
    this.function = new StackFunction(this, {
      handler: 'gate',
      description: 'Refuses images that were not scanned or signed (cdk-secure-repository)',
      roleDescription: 'Reads the scans and signatures of the images that this stack deploys',
    });
    this.lists = new ImageLists(this, this.function);
  }

  /** @param user what uses the image */
  public require(user: Construct, repository: ecr.IRepository, digest: string, rule: GateRule): ListedImage {
    const problem = rule.problemFor(this.function, repository);
    if (problem) {
      throw constructError(repository, `its images cannot be gated in stack '${Stack.of(this).node.path}': ${problem}`);
    }
    return this.lists.add(digest, { ...rule, user, repository, permissions: () => rule.allow(this.function, repository) });
  }
}
