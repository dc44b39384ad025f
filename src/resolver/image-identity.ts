import { createHash } from 'crypto';
import { Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { identityOf, repositoryIdentity } from '../custom-resource/construct-identity';
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
