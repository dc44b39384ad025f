import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { ContextProvider } from 'aws-cdk-lib/cloud-assembly-schema';
import { Construct, IConstruct } from 'constructs';
import { PinSource } from './pin-source';
import { constructError } from '../../construct/construct-error';
import { isNewerEntry, LockEntry, readLockEntry } from '../../lock/lock-entry';
import { LockedImage, lockKey } from '../../lock/lock-key';
import { LockRequest, METADATA_TYPE, PinMetadata, PLUGIN_NAME } from '../../lock/lock-request';
import { DUMMY_DIGEST } from '../../names/dummy-digest';
import { isRepositoryName } from '../../names/image-grammar';
import { holdsPlatform } from '../../names/platform';
import { isEcr } from '../../names/repository-name';
import { knownRepositoryName, repositoryEnvironment } from '../../repository/repository-at-synth';

/** Under this name the CDK CLI hands over why a lookup failed. */
const PROVIDER_ERROR = '$providerError';

/** A tag whose digest stands in the lock, the app's context. */
export class LockedTag implements PinSource {
  private readonly key: string;

  /** @param owner the repository as a construct, where there is one */
  constructor(private readonly image: LockedImage, private readonly requirePlatforms: string[], private readonly owner?: IConstruct) {
    this.key = lockKey(image);
  }

  public digestFor(scope: Construct): string {
    const request = this.request(scope);
    const value = scope.node.tryGetContext(this.key);
    const metadata: PinMetadata = { ...request, digest: value?.digest };
    scope.node.addMetadata(METADATA_TYPE, JSON.stringify(metadata), { stackTrace: isDebugging() });
    const failure = value?.[PROVIDER_ERROR];
    if (failure !== undefined) {
      return this.withoutDigest(scope, `${failure}`);
    }
    const update = `npx cdk-image-lock update '${this.key}'`;
    if (value === undefined) {
      this.lookupStack(scope).reportMissingContextKey({
        key: this.key,
        provider: ContextProvider.PLUGIN,
        props: { pluginName: PLUGIN_NAME, ...request } as any,
      });
      return this.withoutDigest(scope, `${this.name()} is not in the lock; let the CDK CLI look it up with the plugin, or run: ${update}`);
    }
    const entry = this.read(scope, value, update);
    const lacking = this.requirePlatforms.filter(wanted => !holdsPlatform(entry.platforms ?? [], wanted));
    // Not reported as missing: the CDK CLI would drop the entry when the lookup fails.
    return lacking.length > 0
      ? this.withoutDigest(scope, `${this.name()} is locked without the required platform ${lacking.join(', ')}; look it up again with: ${update}`)
      : entry.digest;
  }

  private withoutDigest(scope: Construct, reason: string): string {
    Annotations.of(scope).addError(reason);
    return DUMMY_DIGEST;
  }

  private request(scope: Construct): LockRequest {
    const { repository } = this.image;
    return {
      key: this.key,
      ...(isEcr(repository) && {
        account: repository.account,
        region: repository.region,
        lookupRoleArn: this.lookupStack(scope).synthesizer.lookupRole,
      }),
      ...(this.requirePlatforms.length > 0 && { requirePlatforms: this.requirePlatforms }),
    };
  }

  /** The stack whose role the CDK CLI looks the image up with: one in the image's account, as far as the app has one. */
  private lookupStack(scope: Construct): Stack {
    const { repository } = this.image;
    const stacks = [this.owner, scope].flatMap(construct => construct ? [Stack.of(construct)] : []);
    return stacks.find(({ account }) => isEcr(repository) && account === repository.account) ?? Stack.of(scope);
  }

  private read(scope: Construct, value: unknown, update: string): LockEntry {
    try {
      return readLockEntry(value);
    } catch (error) {
      throw constructError(scope, `the lock's entry for ${this.name()} cannot be used: ${(error as Error).message}`
        + (isNewerEntry(value) ? '' : `; repair it with: ${update}`));
    }
  }

  private name(): string {
    const { repository, tag, platform } = this.image;
    const place = isEcr(repository) ? `account ${repository.account}, Region ${repository.region}` : repository.host;
    return `image '${repository.repositoryName}:${tag}' (${[place, platform].filter(Boolean).join(', ')})`;
  }
}

/** Whether the CDK records where constructs were created, as with `cdk synth --debug`; it has traces of its own then. */
function isDebugging(): boolean {
  return /^(1|on|true)$/i.test(process.env.CDK_DEBUG ?? '');
}

/** What the lock calls a repository; throws where that is not known at synth. */
export function lockedRepository(repository: ecr.IRepository): LockedImage['repository'] {
  const repositoryName = knownRepositoryName(repository);
  const { account, region } = repositoryEnvironment(repository);
  if (repositoryName === undefined || Token.isUnresolved(account) || Token.isUnresolved(region)) {
    const unknown = repositoryName === undefined ? 'the name of the repository' : 'account and Region of the repository';
    throw constructError(repository, `fromLookup needs ${unknown} at synth; `
      + 'give the repository a literal repositoryName and set env on its stack, or use fromTag');
  }
  if (!isRepositoryName(repositoryName)) {
    throw constructError(repository, `'${repositoryName}' is not the name of a repository in Amazon ECR; correct what it is imported by`);
  }
  return { account, region, repositoryName };
}
