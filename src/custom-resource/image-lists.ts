import { createHash } from 'crypto';
import { CfnResource, CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IDependable } from 'constructs';
import { identityOf, referencedIn, repositoryIdentity } from './construct-identity';
import { digestAttribute, ImageListProperties, IMAGES_IN_LIST, MARGIN_SECONDS } from './contract';
import { StackFunction } from './stack-function';
import { constructError } from '../construct/construct-error';
import { knownRepositoryName } from '../repository/repository-at-synth';

/** What custom resources do with images of one repository. */
export interface ImageListProps {
  /** What uses an image, for messages. */
  readonly user: Construct;
  readonly resourceType: string;
  readonly repository: ecr.IRepository;
  /** What the list is for, in a word or two, for logical ids. */
  readonly purpose: string;
  /** Properties that tell a list from others: images with other ones are in another list. */
  readonly identity: Record<string, string | string[] | undefined>;
  /** All other properties. In a stack they are the same for one list, whoever puts images into it. */
  readonly options: Record<string, unknown>;
  readonly waitSeconds: number;
  /** Makes what has to be deployed before the function can do its work. */
  readonly permissions: () => IDependable[];
}

/** An image in a list. */
export interface ListedImage {
  /** What has to be deployed before the image is used. */
  readonly resource: CfnResource;
  /** The digest, as a token that is known once the resource is deployed. */
  readonly digest: string;
}

interface List {
  readonly resource: CustomResource;
  /** By what tells each from others, its digest as all say it who use the image. */
  readonly images: Map<string, Set<string>>;
}

/** All lists with the same identity; another one is begun when one is full. */
interface Lists {
  /** What used the first image. */
  readonly user: Construct;
  /** As that had them, by name. */
  readonly options: Map<string, string>;
  readonly all: List[];
  waitSeconds: number;
}

/**
 * The custom resources of a stack that hold lists of images.
 *
 * Neither digest nor tag is in a logical id, so that a resource stays when its images change, and with it what its physical id remembers.
 */
export class ImageLists {
  private readonly lists = new Map<string, Lists>();
  private longestWaitSeconds = 0;

  constructor(private readonly scope: Construct, private readonly stackFunction: StackFunction) {}

  /** Puts an image into a list, once however often it is used. */
  public add(digest: string, props: ImageListProps): ListedImage {
    const id = this.idOf(props);
    const options = this.optionsOf(props);
    const lists = this.lists.get(id) ?? { user: props.user, options, all: [], waitSeconds: 0 };
    this.lists.set(id, lists);
    const different = [...options.keys()].filter(name => options.get(name) !== lists.options.get(name));
    if (different.length > 0) {
      throw constructError(props.user, `the gate of an image of '${knownRepositoryName(props.repository) ?? props.repository.node.path}' has another `
        + `${different.join(', ')} than that of an image of the same repository in '${lists.user.node.path}'; `
        + 'give both the same, or put one of them into another stack');
    }
    lists.waitSeconds = Math.max(lists.waitSeconds, props.waitSeconds);
    this.longestWaitSeconds = Math.max(this.longestWaitSeconds, props.waitSeconds);

    const image = JSON.stringify(identityOf(this.scope, digest));
    const list = lists.all.find(({ images }) => images.has(image))
      ?? lists.all.find(({ images }) => images.size < IMAGES_IN_LIST)
      ?? this.addList(id, lists, props);
    list.images.set(image, (list.images.get(image) ?? new Set()).add(digest));
    const index = [...list.images.keys()].indexOf(image);
    return {
      resource: list.resource.node.defaultChild as CfnResource,
      digest: `sha256:${list.resource.getAttString(digestAttribute(index))}`,
    };
  }

  /** By their names in the app; in a template they are written with a capital letter, and a role as its ARN. */
  private optionsOf({ options }: ImageListProps): Map<string, string> {
    const identity = (_: string, value: unknown) => typeof value === 'string' ? identityOf(this.scope, value) : value;
    return new Map(Object.entries(options).map(([name, value]) => [`${name[0].toLowerCase()}${name.slice(1).replace(/Arn$/, '')}`, JSON.stringify(value, identity)]));
  }

  private addList(id: string, lists: Lists, { resourceType, repository, identity, options, permissions }: ImageListProps): List {
    const images: List['images'] = new Map();
    const properties: Record<keyof ImageListProperties, unknown> = {
      RepositoryArn: repository.repositoryArn,
      Images: Lazy.list({ produce: () => [...images.values()].map(digests => this.onlyOf(digests, resource)) }),
      WaitSeconds: Lazy.string({ produce: () => lists.waitSeconds > 0 ? lists.waitSeconds.toString() : undefined }),
    };
    const resource: CustomResource = new CustomResource(this.scope, lists.all.length > 0 ? `${id}:${lists.all.length + 1}` : id, {
      resourceType,
      serviceToken: this.stackFunction.functionArn,
      // Where the function has little concurrency, a resource waits behind others.
      serviceTimeout: Duration.seconds(Lazy.number({ produce: () => this.longestWaitSeconds + MARGIN_SECONDS })),
      properties: { ...properties, ...identity, ...options },
    });
    resource.node.addDependency(...permissions());
    const list = { resource, images };
    lists.all.push(list);
    return list;
  }

  /** A token may have been one for another digest when it was told apart from others. */
  private onlyOf([digest, ...others]: Iterable<string>, list: CustomResource): string {
    const stack = Stack.of(this.scope);
    const [known, ...values] = [digest, ...others].map(token => JSON.stringify(stack.resolve(token)));
    const other = values.find(value => value !== known);
    if (other !== undefined) {
      throw constructError(this.scope, `one image has two digests, ${known} and ${other}, by a token whose value changed after it was used; `
        + 'use a digest once it is known');
    }
    // By the resource: in another stack one may have the same logical id.
    if (referencedIn(this.scope, digest).has(list.node.defaultChild as CfnResource)) {
      throw constructError(list, 'an image of this custom resource has a digest that is an attribute of the same custom resource, which CloudFormation '
        + 'refuses; drop gatedBy or markedAsDeployed of the pin that is made from the digest of a pin with the same');
    }
    return digest;
  }

  private idOf({ repository, purpose, identity }: ImageListProps): string {
    const identities = Object.entries(identity).map(([name, value]) => [name, [value].flat().map(part => identityOf(this.scope, part))]);
    const hash = createHash('sha256').update(JSON.stringify([repositoryIdentity(this.scope, repository), identities])).digest('hex').slice(0, 16);
    return [knownRepositoryName(repository) ?? repository.node.id, purpose, hash].join(':');
  }
}
