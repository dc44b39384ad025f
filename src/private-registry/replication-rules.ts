import { ResourceEnvironment } from 'aws-cdk-lib';
import { CfnReplicationConfiguration } from 'aws-cdk-lib/aws-ecr';
import { Replication } from './replication';
import { isBelow } from '../names/repository-prefix';

/** ECR's quotas of a registry. */
const MAX_RULES = 25;
const MAX_DESTINATIONS = 25;

export function replicationRules(replication: Replication[], own: ResourceEnvironment): CfnReplicationConfiguration.ReplicationRuleProperty[] {
  return replication.map(one => {
    const { region, account = own.account } = one._destination();
    return {
      destinations: [{ region, registryId: account }],
      repositoryFilters: one._prefixes()?.map(prefix => ({ filter: `${prefix}/`, filterType: 'PREFIX_MATCH' })),
    };
  });
}

/** What is wrong with all of the rules together, or `undefined` when nothing is. */
export function replicationProblem(replication: Replication[], own: ResourceEnvironment): string | undefined {
  const nameOf = (one: Replication) => {
    const { region, account = own.account } = one._destination();
    return `${account}/${region}`;
  };
  const destinations = new Set(replication.map(nameOf));
  const twice = replication.find((one, index) => replication.slice(0, index).some(other => nameOf(other) === nameOf(one) && overlap(other, one)));
  return destinations.has(`${own.account}/${own.region}`)
    ? `replication goes to this registry itself, ${own.account} in ${own.region}; name another Region or account`
    : replication.length > MAX_RULES ? `replication has ${replication.length} rules; ECR takes at most ${MAX_RULES}, so put prefixes of one destination together`
      : destinations.size > MAX_DESTINATIONS ? `replication has ${destinations.size} destinations; ECR takes at most ${MAX_DESTINATIONS}`
        : twice && `replication goes to ${twice._destination().region} twice for the same repositories; put all prefixes of a destination into one`;
}

function overlap(one: Replication, other: Replication): boolean {
  const [prefixes, others] = [one._prefixes(), other._prefixes()];
  return !prefixes || !others || prefixes.some(prefix => others.some(second => isBelow(prefix, second) || isBelow(second, prefix)));
}
