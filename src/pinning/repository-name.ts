import { Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';

/** The name of a repository as far as it is known at synth. One that the app defines has a token for a name: its resource knows more. */
export function knownRepositoryName(repository: ecr.IRepository): string | undefined {
  const resource = repository.node.defaultChild;
  const names = [repository.repositoryName, resource instanceof ecr.CfnRepository ? resource.repositoryName : undefined];
  return names.find(name => name !== undefined && !Token.isUnresolved(name));
}
