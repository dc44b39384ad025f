import { CfnParameter, Reference, Stack, StringConcat, Token, Tokenization } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { deploymentRoleArn } from './deployment-role';
import { constructError } from '../construct/construct-error';

/** Putting a lifecycle policy is among them, as one can expire all images. */
const DENIED_ACTIONS = [
  'ecr:BatchDeleteImage',
  'ecr:DeleteLifecyclePolicy',
  'ecr:DeleteRepository',
  'ecr:PutImageTagMutability',
  'ecr:PutLifecyclePolicy',
];

/** In place of a token: a text that could be any part of an ARN. */
const UNKNOWN = '0'.repeat(12);

const NO_ARN = 'a token that will not be an ARN; give the ARN of a role or user, such as roleArn';

/**
 * Who may delete images of a repository, or change what deletes or moves them.
 *
 * A statement in the repository's policy denies `ecr:BatchDeleteImage`, `ecr:DeleteRepository`, `ecr:PutLifecyclePolicy`,
 * `ecr:DeleteLifecyclePolicy` and `ecr:PutImageTagMutability` to everybody else, administrators and the root user too, whatever else allows it.
 *
 * The role by which CloudFormation deploys the stack is always excepted, and AWS services are, so images expire by `retention` as
 * before. Nobody is locked out: the repository's policy itself can be set and deleted by whoever may do so anyway, and with it this statement.
 *
 * @example
 * new SecureRepository(this, 'Images', {
 *   deletionProtection: DeletionProtection.exceptFor('arn:aws:iam::111122223333:role/release-*'),
 * });
 */
export class DeletionProtection {
  /**
   * Excepts these principals; without any, nobody but CloudFormation's role.
   *
   * Excepting does not allow anything: a principal still needs the permission. The ARN of an account's root user means that user, not the
   * account.
   *
   * A stack whose synthesizer names no role for CloudFormation, such as `CliCredentialsStackSynthesizer`, is deployed with the credentials of
   * whoever deploys: name them here. The same holds for the role of `cdk deploy --role-arn`, and for a synthesizer that has such a role and does
   * not say so in `cloudFormationExecutionRoleArn`, such as `AppStagingSynthesizer`.
   *
   * @param principalArns ARNs of IAM roles or users, in which `*` stands for any characters and `?` for one, such as
   * `arn:aws:iam::111122223333:role/release-*`; a session is named by its role. A pattern for all roles or all users is an error.
   */
  public static exceptFor(...principalArns: string[]): DeletionProtection {
    return new DeletionProtection(principalArns);
  }

  private constructor(private readonly principalArns: string[]) {}

  /**
   * The statement for the policy of a repository.
   *
   * @internal
   */
  public _statementFor(repository: ecr.Repository): iam.PolicyStatement {
    const problem = this.principalArns.map(principalProblem).find(Boolean);
    if (problem) {
      throw constructError(repository, `deletionProtection excepts ${problem}`);
    }
    repository.node.addValidation({
      validate: () => this.principalArns.flatMap(arn => finalProblem(Stack.of(repository).resolve(arn)) ?? [])
        .map(late => `deletionProtection excepts ${late}`),
    });
    const excepted = [deploymentRoleArn(Stack.of(repository)) ?? [], this.principalArns].flat();
    if (excepted.length === 0) {
      throw constructError(repository, 'deletionProtection excepts nobody: the synthesizer of its stack names no role for CloudFormation, so no deployment could '
        + 'change mutableTags or retention; name who deploys in DeletionProtection.exceptFor');
    }
    return new iam.PolicyStatement({
      sid: 'DeletionProtection',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: DENIED_ACTIONS,
      conditions: {
        ArnNotLike: { 'aws:PrincipalArn': excepted },
        Bool: { 'aws:PrincipalIsAWSService': 'false' },
      },
    });
  }
}

function principalProblem(arn: string | undefined): string | undefined {
  if (typeof arn !== 'string' || Token.isUnresolved([arn])) {
    return `${typeof arn === 'string' ? 'a list that is not known at synth' : arn}; give the ARN of each principal`;
  }
  if (Token.isUnresolved(arn)) {
    return tokenProblem(arn);
  }
  const problem = arnProblem(arn);
  return problem && `'${arn}', ${problem}`;
}

/** What is not known before the deployment has to be an ARN as far as it can be told. */
function tokenProblem(arn: string): string | undefined {
  const fragments = Tokenization.reverseString(arn);
  if (fragments.length > 1) {
    const text: string = fragments.mapTokens({ mapToken: () => UNKNOWN }).join(new StringConcat());
    return text.startsWith('arn:') ? mixedProblem(arn, text) : NO_ARN;
  }
  const { firstToken } = fragments;
  return !Reference.isReference(firstToken) || firstToken.displayName === 'Arn' || firstToken.target instanceof CfnParameter ? undefined : NO_ARN;
}

/** A token may stand for more than one part of an ARN. */
function mixedProblem(arn: string, text: string): string | undefined {
  const [, , service, , , principal] = text.split(':');
  const problem = [service, principal].some(part => part === undefined || part.startsWith(UNKNOWN)) ? undefined : arnProblem(text);
  return problem && `'${arn}', ${problem}`;
}

/** Of what has become of a principal at the end of synthesis. */
function finalProblem(arn: unknown): string | undefined {
  if (arn === undefined || typeof arn === 'string') {
    return principalProblem(arn);
  }
  return `${Object(arn).Ref}`.startsWith('AWS::') ? NO_ARN : undefined;
}

function arnProblem(arn: string): string | undefined {
  const [prefix, partition, service, region, account, ...rest] = arn.split(':');
  const principal = rest.join(':');
  if (service === 'sts' && principal.startsWith('assumed-role/')) {
    return 'a session of a role; give the ARN of the role, arn:<partition>:iam::<account>:role/<name>';
  }
  if (prefix !== 'arn' || !/^[\w*?-]+$/.test(partition ?? '') || service !== 'iam' || region !== '' || !/^(\d{12}|\d*[*?][\d*?]*)$/.test(account ?? '') || !/^(root$|user\/|role\/|[*?])[\w+=,.@/*?-]*$/.test(principal)) {
    return 'which is not the ARN of a role or user; expected arn:<partition>:iam::<account>:role/<name>, in which * and ? may stand';
  }
  return /^(role\/|user\/)?[*?/]*$/.test(principal) ? 'which is everybody; name the roles or users that may delete' : undefined;
}
