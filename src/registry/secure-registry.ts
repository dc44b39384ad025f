import { CfnDeletionPolicy, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { RegistryScanning } from './registry-scanning';
import { keepSetting } from './registry-setting';
import { RepositoryTemplate } from './repository-template';
import { constructError } from '../construct/construct-error';
import { ConstructNote } from '../construct/construct-note';

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
}

/** Of an app: its registries by account and Region, as far as these are known. */
const registries = new ConstructNote<Map<string, Construct>>('registries');

/**
 * Settings of the private registry of an account in a Region, for repositories that no stack defines.
 *
 * There is one registry in an account and Region, and each setting once: two in one environment of an app are an error. What is set stays when
 * the construct is renamed, or removed along with its stack.
 */
export class SecureRegistry extends Construct {
  constructor(scope: Construct, id: string, { scanning, newRepositories = [] }: SecureRegistryProps) {
    super(scope, id);
    this.register();
    if (scanning) {
      // Where CloudFormation deletes this one, it disables Amazon Inspector as well.
      keepSetting(new ecr.CfnRegistryScanningConfiguration(this, 'Scanning', scanning._render()), 'SecureRegistryScanning', CfnDeletionPolicy.RETAIN);
    }
    const prefixes = newRepositories.map(template => template._prefix());
    const twice = prefixes.find((prefix, index) => prefixes.indexOf(prefix) < index);
    if (twice !== undefined) {
      throw constructError(this, `newRepositories has two templates for '${twice}', and ECR has one for a prefix; drop one`);
    }
    newRepositories.forEach(template => template._bind(this));
  }

  private register(): void {
    const { account, region } = Stack.of(this);
    const known = registries.of(this.node.root) ?? new Map<string, Construct>();
    registries.set(this.node.root, known);
    const environment = [account, region].some(part => Token.isUnresolved(part)) ? Stack.of(this).node.path : `${account}/${region}`;
    const other = known.get(environment);
    if (other) {
      throw constructError(this, `the registry of this account and Region is set by '${other.node.path}' already; put all of it into one SecureRegistry`);
    }
    known.set(environment, this);
  }
}
