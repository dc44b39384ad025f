import { Annotations, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ImageSigning } from './image-signing';
import { declareRegistry, otherRegistry } from './one-registry';
import { policyProblems } from './policy-problems';
import { PullThroughCache } from './pull-through-cache';
import { RegistryAccess } from './registry-access';
import { RegistryScanning } from './registry-scanning';
import { keepSetting } from './registry-setting';
import { Replication } from './replication';
import { replicationProblem, replicationRules } from './replication-rules';
import { RepositoryTemplate } from './repository-template';
import { constructError } from '../construct/construct-error';
import { isBelow } from '../names/repository-prefix';
import { signingProfileRegion } from '../names/signing-profile';
import { areDifferent } from '../repository/repository-at-synth';

/**
 * Properties of a `SecureRegistry`.
 */
export interface SecureRegistryProps {
  /**
   * How images are scanned.
   *
   * @default - as it is
   */
  readonly scanning?: RegistryScanning;

  /**
   * What repositories are like that a push or a replication makes, one template for a prefix.
   *
   * @default - none
   */
  readonly newRepositories?: RepositoryTemplate[];

  /**
   * Caches of other registries, up to 50.
   *
   * @default - none
   */
  readonly pullThroughCaches?: PullThroughCache[];

  /**
   * To where images are replicated, up to 25 destinations.
   *
   * @default - as it is
   */
  readonly replication?: Replication[];

  /**
   * Which images are signed when they are pushed, up to 10 profiles.
   *
   * @default - as it is
   */
  readonly signing?: ImageSigning[];

  /**
   * What other accounts may do in the registry: the whole registry policy, of 10,240 characters at most.
   *
   * To leave it out again takes nothing back, as the policy stays: `aws ecr delete-registry-policy` does.
   *
   * @default - as it is
   */
  readonly access?: RegistryAccess[];
}

const UNSCANNED = 'repositories that no filter of enhanced scanning matches are not scanned at all, also where they have scan on push or a gate asks; '
  + "add onPush: ['*'], or acknowledge this";
const MAX_CACHES = 50;
const SIGNING_TYPE = 'AWS::ECR::SigningConfiguration';
const MAX_SIGNING_RULES = 10;

/**
 * Settings of the private registry of an account in a Region, for repositories that no stack defines.
 *
 * There is one registry in an account and Region, and each setting once: two of an app are an error where these are known at synth. What is set stays when
 * the construct is renamed, or removed along with its stack; caches and templates may have another `removalPolicy`.
 *
 * What the registry has from elsewhere, or from a stack that is gone, is to be imported first: CloudFormation fails where there is a replication
 * configuration, a policy, a template or a cache, and AWS does not document what it does with a scanning or a signing configuration.
 */
export class SecureRegistry extends Construct {
  constructor(scope: Construct, id: string, props: SecureRegistryProps = {}) {
    super(scope, id);
    const { scanning, newRepositories = [], pullThroughCaches = [], replication, signing, access } = props;
    const other = otherRegistry(this);
    if (other) {
      throw constructError(this, `the registry of this account and Region is set by '${other.node.path}' already; put all of it into one SecureRegistry`);
    }
    if (scanning) {
      // Where CloudFormation deletes this one, it disables Amazon Inspector as well.
      const configuration = new ecr.CfnRegistryScanningConfiguration(this, 'Scanning', scanning._render());
      keepSetting(configuration, 'SecureRegistryScanning', RemovalPolicy.RETAIN);
      if (scanning._leavesOut()) {
        Annotations.of(this).addWarningV2('cdk-secure-repository:unscannedRepositories', UNSCANNED);
      }
    }
    const problem = overlapProblem(newRepositories.map(template => template._prefix()), pullThroughCaches.map(cache => cache._prefix()));
    if (problem) {
      throw constructError(this, problem);
    }
    [...newRepositories, ...pullThroughCaches].forEach(one => one._bind(this));
    if (replication) {
      this.replicate(replication);
    }
    if (signing) {
      this.sign(signing);
    }
    if (access) {
      this.allow(access, newRepositories);
    }
    declareRegistry(this);
  }

  private replicate(replication: Replication[]): void {
    const own = Stack.of(this);
    const problem = replicationProblem(replication, own);
    if (problem) {
      throw constructError(this, problem);
    }
    const replicationConfiguration = { rules: replicationRules(replication, own) };
    keepSetting(new ecr.CfnReplicationConfiguration(this, 'Replication', { replicationConfiguration }), 'SecureRegistryReplication');
  }

  /** The oldest CDK that is supported has no class for it. */
  private sign(signing: ImageSigning[]): void {
    const { region } = Stack.of(this);
    const arns = signing.map(one => one._profileArn());
    const twice = arns.find((arn, index) => arns.indexOf(arn) < index);
    const elsewhere = arns.find(arn => areDifferent(signingProfileRegion(arn), region));
    const problem = signing.length > MAX_SIGNING_RULES ? `signing has ${signing.length} profiles; ECR takes at most ${MAX_SIGNING_RULES}`
      : twice !== undefined ? `signing has ${twice} twice; put all repositories of a profile into one`
        : elsewhere && `signing has ${elsewhere}; expected a profile of the registry's Region, ${region}`;
    if (problem) {
      throw constructError(this, problem);
    }
    const Rules = signing.map(one => one._render());
    keepSetting(new CfnResource(this, 'Signing', { type: SIGNING_TYPE, properties: { Rules } }), 'SecureRegistrySigning');
  }

  private allow(access: RegistryAccess[], newRepositories: RepositoryTemplate[]): void {
    if (access.length === 0) {
      throw constructError(this, 'access is empty, and there is no registry policy without statements; leave it out, and run: aws ecr delete-registry-policy');
    }
    const hasTags = newRepositories.some(template => template._tagsReplicas());
    const policyText = new iam.PolicyDocument({ statements: access.map(one => one._statement(this, hasTags)) });
    this.node.addValidation({ validate: () => policyProblems(this, 'access', policyText, true) });
    keepSetting(new ecr.CfnRegistryPolicy(this, 'Policy', { policyText }), 'SecureRegistryPolicy');
  }
}

/** What is wrong with the prefixes of templates and caches together, or `undefined` when nothing is. */
function overlapProblem(templates: string[], caches: string[]): string | undefined {
  const twice = templates.find((prefix, index) => templates.indexOf(prefix) < index);
  const overlap = caches.flatMap((cache, index) => [
    ...caches.slice(0, index).filter(other => isBelow(cache, other) || isBelow(other, cache)),
    ...templates.filter(template => isBelow(template, cache)),
  ].map(other => [cache, other]))[0];
  return twice !== undefined ? `newRepositories has two templates for ${twice === 'ROOT' ? 'all repositories (forAll)' : `'${twice}'`}, and ECR has one for a prefix; drop one`
    : caches.length > MAX_CACHES ? `pullThroughCaches has ${caches.length}; ECR takes at most ${MAX_CACHES}`
      : overlap && `the cache below '${overlap[0]}' and what there is for '${overlap[1]}' are for the same repositories; give one of them another prefix`;
}
