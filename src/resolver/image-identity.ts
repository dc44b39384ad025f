import { createHash } from 'crypto';
import { Stack, Stage, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';

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
  const identity = JSON.stringify([repositoryIdentity(scope, repository), Stack.of(scope).resolve(tag), platform]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const names = [repository.repositoryName, tag, platform].map((name, index) =>
    name && Token.isUnresolved(name) ? (index === 0 ? repository.node.id : undefined) : name);
  return [...names.filter(Boolean), hash].join(':');
}

/**
 * A name that was given identifies a repository within its ARN. Logical ids do not, across stacks: a repository that the
 * app defines is known by its path, counted from its stage so that all stages have the same ids.
 */
function repositoryIdentity(scope: Construct, repository: ecr.IRepository): unknown {
  if (!Token.isUnresolved(repository.repositoryName)) {
    return Stack.of(scope).resolve(repository.repositoryArn);
  }
  const scopes = repository.node.scopes;
  return scopes.slice(scopes.lastIndexOf(Stage.of(repository)!) + 1).map(({ node }) => node.id);
}
