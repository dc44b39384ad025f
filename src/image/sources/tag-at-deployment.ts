import { Annotations, Duration, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { PinSource } from './pin-source';
import { WantedPlatforms, wantedPlatforms } from './wanted-platforms';
import { constructError } from '../../construct/construct-error';
import { waitProblem } from '../../custom-resource/wait';
import { tagProblem } from '../../names/image-grammar';
import { mutableTagPattern } from '../../repository/mutable-tags';
import { StackResolver } from '../../resolver/stack-resolver';
import { TagPinOptions } from '../pin-options';

/** Tags that by custom follow the newest image. */
const FLOATING_TAGS = new Set([
  'latest', 'main', 'master', 'trunk', 'stable', 'edge', 'nightly', 'canary', 'dev', 'develop', 'staging', 'test', 'prod', 'production',
]);

/** A tag that a custom resource resolves during the deployment. */
export class TagAtDeployment implements PinSource {
  private readonly platforms: WantedPlatforms;

  constructor(
    private readonly repository: ecr.IRepository,
    private readonly tag: string,
    private readonly options: TagPinOptions,
  ) {
    this.platforms = wantedPlatforms(options, problem => constructError(repository, problem));
    const problem = this.problem();
    if (problem) {
      throw constructError(repository, problem);
    }
  }

  public digestFor(scope: Construct): string {
    if (FLOATING_TAGS.has(this.tag) && this.options.refreshToken === undefined) {
      Annotations.of(scope).addWarningV2(
        'cdk-secure-repository:floatingTag',
        `a tag like '${this.tag}' is usually moved to newer images, and this pin will not follow it; `
        + 'pin a tag that stays, or set refreshToken to look it up again',
      );
    }
    return StackResolver.of(scope).digestOf({
      repository: this.repository,
      tag: this.tag,
      ...this.platforms,
      refreshToken: this.options.refreshToken,
      wait: this.options.waitForImage ?? Duration.seconds(0),
    });
  }

  private problem(): string | undefined {
    return (Token.isUnresolved(this.tag) ? undefined : tagProblem(this.tag))
      ?? this.mutabilityProblem()
      ?? (this.options.refreshToken === '' ? 'refreshToken is empty; expected a text that changes with each refresh, or none' : undefined)
      ?? (this.options.waitForImage && waitProblem('waitForImage', this.options.waitForImage));
  }

  private mutabilityProblem(): string | undefined {
    const pattern = mutableTagPattern(this.repository, this.tag);
    if (pattern === undefined || this.options.refreshToken !== undefined) {
      return undefined;
    }
    const reason = pattern === '*' ? 'in a mutable dev companion' : `under mutableTags pattern '${pattern}'`;
    return `tag '${this.tag}' can be moved (${reason}), and a pin would not follow it; `
      + 'use a tag that stays, fromDigest, or set refreshToken to look it up again';
  }
}
