import { Duration, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { IDependable } from 'constructs';
import { SCANNED, SCANNED_TYPE, SIGNED, SIGNED_TYPE } from './contract';
import { ScannedGateOptions, ScanStatus } from './gate-options';
import { optionsProblem, scannedProblem, signedProblem } from './gate-problems';
import { ImageListProps } from '../custom-resource/image-lists';
import { StackFunction } from '../custom-resource/stack-function';
import { hasPassed } from '../names/day';
import { FindingSeverity } from '../names/finding-severity';
import { signingProfileRegion } from '../names/signing-profile';
import { areDifferent, repositoryEnvironment } from '../repository/repository-at-synth';

/** What a gate asks for, in a form that all kinds of gates have. */
export interface GateRule extends Pick<ImageListProps, 'resourceType' | 'purpose' | 'identity' | 'options' | 'waitSeconds'> {
  /** What is to be said about it at synth. */
  readonly warnings: string[];
  /** Why it cannot be asked of a repository, or `undefined` when it can. */
  problemFor(stackFunction: StackFunction, repository: ecr.IRepository): string | undefined;
  /** Lets the function ask; returns what has to be deployed before it may. */
  allow(stackFunction: StackFunction, repository: ecr.IRepository): IDependable[];
}

const DEFAULT_WAIT = Duration.minutes(10);

const SCANS = ['ecr:BatchGetImage', 'ecr:DescribeImageScanFindings', 'ecr:StartImageScan'];
const SIGNATURES = ['ecr:DescribeImageSigningStatus'];
/** With which ECR hands over enhanced findings. They take no resources. */
const ENHANCED_FINDINGS = ['inspector2:ListCoverage', 'inspector2:ListFindings'];

export class ScannedRule implements GateRule {
  public readonly resourceType = SCANNED_TYPE;
  public readonly purpose = SCANNED;
  public readonly warnings: string[];
  public readonly waitSeconds: number;
  public readonly identity: GateRule['identity'];
  public readonly options: GateRule['options'];
  private readonly role: ScannedGateOptions['role'];

  constructor(given: ScannedGateOptions) {
    throwIf('scanned', optionsProblem(given));
    const { failOn = FindingSeverity.HIGH, ignoreUnfixed = false, wait = DEFAULT_WAIT } = given;
    throwIf('scanned', scannedProblem({ ...given, failOn, wait }));
    const { platforms = [], ignore = [], allow = [], recheck, role } = given;
    this.role = role;
    this.waitSeconds = wait.toSeconds();
    this.warnings = ignore.filter(({ until }) => hasPassed(until)).map(({ id, until }) =>
      `the finding '${id}' was ignored until ${until}, and images that are judged anew are refused for it; drop the entry, or give it another day`);
    this.identity = {
      Gate: SCANNED,
      FailOn: failOn,
      IgnoreUnfixed: ignoreUnfixed ? 'true' : undefined,
      Platforms: unlessEmpty([...new Set(platforms.map(({ platform }) => platform))].sort()),
    };
    this.options = {
      Ignore: unlessEmpty(ignore.map(({ id, reason, until }) => ({ Id: id, Reason: reason, Until: until }))),
      Allow: unlessEmpty([...new Set<ScanStatus>(allow)].sort()),
      Recheck: recheck,
      RoleArn: role?.roleArn,
    };
  }

  public allow(stackFunction: StackFunction, repository: ecr.IRepository): IDependable[] {
    return this.role
      ? stackFunction.allowAssuming(this.role, repository)
      : [stackFunction.allow(repository, SCANS), stackFunction.allowEverywhere(ENHANCED_FINDINGS)];
  }

  public problemFor(stackFunction: StackFunction, repository: ecr.IRepository): string | undefined {
    const { account } = repositoryEnvironment(repository);
    if (this.role) {
      return areDifferent(this.role.env.account, account)
        ? `its account is ${account}, and the role of ImageGate.scanned is of ${this.role.env.account}; give it a role of the repository's account`
        : undefined;
    }
    return stackFunction.isOfThisAccount(repository) ? undefined
      : 'its account is not that of the stack, and ECR hands over enhanced findings within an account only; give ImageGate.scanned a role of that account';
  }
}

export class SignedRule implements GateRule {
  public readonly resourceType = SIGNED_TYPE;
  public readonly purpose = SIGNED;
  public readonly warnings = [];
  public readonly waitSeconds = DEFAULT_WAIT.toSeconds();
  public readonly identity: GateRule['identity'];
  public readonly options = {};

  constructor(private readonly signingProfileArns: string[]) {
    throwIf('signedBy', signedProblem(signingProfileArns));
    this.identity = { Gate: SIGNED, SigningProfileArns: inOneOrder([...new Set(signingProfileArns)]) };
  }

  public allow(stackFunction: StackFunction, repository: ecr.IRepository): IDependable[] {
    return [stackFunction.allow(repository, SIGNATURES)];
  }

  public problemFor(_: StackFunction, repository: ecr.IRepository): string | undefined {
    const { region } = repositoryEnvironment(repository);
    const elsewhere = this.signingProfileArns.find(arn => areDifferent(signingProfileRegion(arn), region));
    return elsewhere && `its Region is ${region}, and ECR signs with profiles of its own Region only; give ImageGate.signedBy one of that Region, not ${elsewhere}`;
  }
}

function throwIf(factory: string, problem: string | undefined): void {
  if (problem) {
    throw new Error(`ImageGate.${factory}: ${problem}`);
  }
}

/** Tokens sort by what else is in the app, so they stay in the order in which they were given. */
function inOneOrder(list: string[]): string[] {
  const isToken = (value: string) => Token.isUnresolved(value);
  return [...list.filter(isToken), ...list.filter(value => !isToken(value)).sort()];
}

function unlessEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}
