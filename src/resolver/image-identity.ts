import { createHash } from 'crypto';
import {
  ArnFormat, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Resource, Stack, Stage, Token, Tokenization,
} from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { knownRepositoryName } from '../repository/repository-at-synth';

/** One image, as a stack knows it: asked for twice, it has one digest. */
export interface ImageName {
  readonly repository: ecr.IRepository;
  readonly tag: string;
  readonly platform?: string;
}

/**
 * A construct id for an image, readable as far as names are known.
 *
 * It holds the tag, so that another tag is another resource: a rollback then goes back to a resource that was not
 * touched, without a call.
 */
export function imageIdentity(scope: Construct, { repository, tag, platform }: ImageName): string {
  const identity = JSON.stringify([repositoryIdentity(scope, repository), identityOf(scope, tag), platform]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const name = knownRepositoryName(repository) ?? repository.node.id;
  return [name, Token.isUnresolved(tag) ? undefined : tag, platform, hash].filter(Boolean).join(':');
}

/**
 * What tells a repository from others in the app, the same in all stages of it.
 *
 * One with a known name is told by that, wherever it is in the app, with account and Region where they are not those of the stack; any
 * other by its path.
 */
export function repositoryIdentity(scope: Construct, repository: ecr.IRepository): unknown {
  const name = knownRepositoryName(repository);
  if (name === undefined) {
    return pathInStage(repository);
  }
  const stack = Stack.of(scope);
  const { account, region } = Resource.isOwnedResource(repository)
    ? repository.env
    : stack.splitArn(repository.repositoryArn, ArnFormat.SLASH_RESOURCE_NAME);
  return [name, unless(stack.account, account), unless(stack.region, region)];

  function unless(own: string, value?: string): unknown {
    const [known, given] = [own, value].map(part => identityOf(scope, part));
    return JSON.stringify(known) === JSON.stringify(given) ? undefined : given;
  }
}

/** A value with its tokens told apart as they are in the app: a logical id says which resource only within its stack. */
export function identityOf(scope: Construct, value?: string): unknown {
  return Token.isUnresolved(value) ? Tokenization.resolve(value, { scope, resolver: new ReferencesByPath(), preparing: false }) : value;
}

class ReferencesByPath extends DefaultTokenResolver {
  constructor() {
    super({ join: (left, right) => asText(left) + asText(right) });
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    return Reference.isReference(token) && !token.displayName.startsWith('AWS::')
      ? JSON.stringify([pathInStage(token.target), token.displayName])
      : super.resolveToken(token, context, postProcessor);
  }
}

function asText(part: unknown): string {
  return typeof part === 'string' ? part : JSON.stringify(part) ?? '';
}

function pathInStage(construct: IConstruct): string {
  const { scopes } = construct.node;
  return scopes.slice(scopes.lastIndexOf(Stage.of(construct)!) + 1).map(({ node }) => node.id).join('/');
}
