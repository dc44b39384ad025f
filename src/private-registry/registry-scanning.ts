import { CfnRegistryScanningConfigurationProps } from 'aws-cdk-lib/aws-ecr';
import { filtersProblem } from './repository-filters';
import { coveringFilter } from '../names/repository-filter';

/**
 * Options of `RegistryScanning.basic`.
 */
export interface BasicScanningOptions {
  /**
   * Filters of the repositories whose images are scanned when they are pushed, up to 100, such as `prod/*`. All others are scanned when somebody asks for it.
   *
   * @default - `*`, all repositories
   */
  readonly onPush?: string[];
}

/**
 * Options of `RegistryScanning.enhanced`.
 */
export interface EnhancedScanningOptions {
  /**
   * Filters of the repositories whose images are scanned when they are pushed, and again whenever a vulnerability becomes known, up to 100, such as `prod/*`.
   *
   * @default - none where `onPush` has some, otherwise `*`, all repositories
   */
  readonly continuous?: string[];

  /**
   * Filters of the repositories whose images are scanned once, when they are pushed, up to 100. Where a filter of `continuous` matches as well, that one holds.
   *
   * @default - none
   */
  readonly onPush?: string[];
}

const ENHANCED = 'ENHANCED';

type Frequency = 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN';

/**
 * How the images of a registry are scanned, for `SecureRegistry`.
 *
 * In a filter `*` stands for any characters, also none. It has to have one: ECR takes a filter without for every name that contains it.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
 */
export class RegistryScanning {
  /**
   * Basic scanning, by Amazon ECR itself: packages of operating systems.
   *
   * What no filter matches is scanned when somebody asks for it, as `ImageGate.scanned` does.
   */
  public static basic(options: BasicScanningOptions = {}): RegistryScanning {
    const { onPush = ['*'] } = options;
    return new RegistryScanning('basic', 'BASIC', new Map([['SCAN_ON_PUSH', onPush]]));
  }

  /**
   * Enhanced scanning, by Amazon Inspector, which is enabled for the whole account and Region and has a bill of its own: packages of operating systems and of
   * programming languages.
   *
   * What no filter matches is not scanned at all, also when somebody asks for it, and whatever its repository says. Without a filter that matches all
   * names, that is a warning (`cdk-secure-repository:unscannedRepositories`).
   */
  public static enhanced(options: EnhancedScanningOptions = {}): RegistryScanning {
    const { onPush = [], continuous = onPush.length > 0 ? [] : ['*'] } = options;
    if (continuous.length + onPush.length === 0) {
      throw new Error('RegistryScanning.enhanced: continuous and onPush are empty, so nothing would ever be scanned; name some, or use RegistryScanning.basic');
    }
    return new RegistryScanning('enhanced', ENHANCED, new Map([['CONTINUOUS_SCAN', continuous], ['SCAN_ON_PUSH', onPush]]));
  }

  private constructor(factory: string, private readonly scanType: string, private readonly filters: Map<Frequency, string[]>) {
    const problem = this.problem();
    if (problem) {
      throw new Error(`RegistryScanning.${factory}: ${problem}`);
    }
  }

  /**
   * Whether there are repositories that are never scanned.
   *
   * @internal
   */
  public _leavesOut(): boolean {
    return this.scanType === ENHANCED && !coveringFilter([...this.filters.values()].flat(), '*');
  }

  /** @internal */
  public _render(): CfnRegistryScanningConfigurationProps {
    return {
      scanType: this.scanType,
      rules: [...this.filters].filter(([, filters]) => filters.length > 0).map(([scanFrequency, filters]) => ({
        scanFrequency,
        repositoryFilters: filters.map(filter => ({ filter, filterType: 'WILDCARD' })),
      })),
    };
  }

  private problem(): string | undefined {
    const continuous = this.filters.get('CONTINUOUS_SCAN') ?? [];
    const onPush = this.filters.get('SCAN_ON_PUSH') ?? [];
    return filtersProblem('continuous', continuous) ?? filtersProblem('onPush', onPush) ?? unreachableProblem(continuous, onPush);
  }
}

function unreachableProblem(continuous: string[], onPush: string[]): string | undefined {
  const unreachable = onPush.find(filter => coveringFilter(continuous, filter));
  return unreachable && `onPush '${unreachable}': continuous '${coveringFilter(continuous, unreachable)}' matches all that it matches, and holds; drop one`;
}
