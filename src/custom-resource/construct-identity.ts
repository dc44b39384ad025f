import { ArnFormat, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Resource, Stack, Stage, StringConcat, Token, Tokenization } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { knownRepositoryName } from '../repository/repository-at-synth';

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

/** The constructs of which attributes are in a value. */
export function referencedIn(scope: Construct, value: string): Set<IConstruct> {
  const references = new References();
  Tokenization.resolve(value, { scope, resolver: references, preparing: false });
  return references.targets;
}

class References extends DefaultTokenResolver {
  public readonly targets = new Set<IConstruct>();

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    if (Reference.isReference(token)) {
      this.targets.add(token.target);
    }
    return super.resolveToken(token, context, postProcessor);
  }
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
