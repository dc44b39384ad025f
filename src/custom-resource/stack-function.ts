import * as path from 'path';
import { CfnResource, Duration, IResource, Lazy, RemovalPolicy, Resource, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, IDependable } from 'constructs';
import { identityOf, repositoryIdentity } from './construct-identity';
import { functionOptions, runsBundles } from './function-configuration';
import { RolePermissions } from './role-permissions';
import { byPath } from '../construct/by-path';
import { warnIfOwnerMustAllow } from '../repository/imported-repository';
import { repositoryEnvironment } from '../repository/repository-at-synth';

/** All functions have the same code, so that it is uploaded once, and shipped once. */
const CODE = path.join(__dirname, '..', '..', 'assets', 'functions', 'index');

/** What `AWSLambdaVPCAccessExecutionRole`, the policy that AWS manages for it, allows on all resources besides writing any log. */
const NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
];

const ASSUME = ['sts:AssumeRole'];

/** What a function is for. */
export interface StackFunctionProps {
  /** What its code exports. */
  readonly handler: 'resolve' | 'gate' | 'mark';
  readonly description: string;
  readonly roleDescription: string;
}

/** The function that serves all custom resources of one kind in a stack, with a role that may write its log, and what else is granted. */
export class StackFunction {
  public readonly role: iam.Role;
  public readonly functionArn: string;
  private readonly permissions: RolePermissions;
  private readonly granted = new Map<string, IDependable>();

  /** @param scope the only construct of its kind in the stack */
  constructor(private readonly scope: Construct, { handler, description, roleDescription }: StackFunctionProps) {
    const options = functionOptions(Stack.of(scope));
    const { vpc, vpcSubnets, securityGroups, environmentEncryption, reservedConcurrentExecutions } = options;
    const logGroup = options.logGroup ?? new logs.LogGroup(scope, 'Logs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(scope, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: roleDescription,
    });
    logGroup.grantWrite(this.role);
    const lambdaFunction = new lambda.Function(scope, 'Function', {
      description,
      runtime: options.runtime ?? defaultRuntime(scope),
      handler: `index.${handler}`,
      code: lambda.Code.fromAsset(CODE),
      memorySize: 256,
      timeout: Duration.minutes(15),
      role: this.role,
      logGroup,
      vpc,
      vpcSubnets,
      securityGroups,
      environmentEncryption,
      reservedConcurrentExecutions,
    });
    if (lambdaFunction.isBoundToVpc) {
      this.role.addToPolicy(new iam.PolicyStatement({ actions: NETWORK_INTERFACES, resources: ['*'] }));
    }
    if (vpc) {
      // CloudFormation would delete endpoints and routes while the function still has to answer.
      lambdaFunction.node.addDependency(vpc, ...securityGroups ?? []);
    }
    leaveOutDependency(lambdaFunction.node.defaultChild as CfnResource, this.role.node.defaultChild as CfnResource);
    this.functionArn = lambdaFunction.functionArn;
    this.permissions = new RolePermissions(scope, this.role);
  }

  /** Returns what has to be deployed before the function may do something with the repository's images. */
  public allow(repository: ecr.IRepository, actions: string[]): IDependable {
    this.dependOnStackOf(repository);
    const key = JSON.stringify([repositoryIdentity(this.scope, repository), actions]);
    const permission = this.granted.get(key)
      ?? (this.isOfThisAccount(repository) ? this.permissions.allowFor(repository, actions) : this.allowAcrossAccounts(repository, actions));
    this.granted.set(key, permission);
    return permission;
  }

  /** Returns what has to be deployed before the function may do something that is not for certain resources. */
  public allowEverywhere(actions: string[]): IDependable {
    return this.allowOnce('*', actions);
  }

  /** Returns what has to be deployed before the function may assume a role, as far as that trusts it, to do something with the repository's images. */
  public allowAssuming(role: iam.IRole, repository: ecr.IRepository): IDependable[] {
    [role, repository].forEach(resource => this.dependOnStackOf(resource));
    const isOfThisStack = Resource.isOwnedResource(role) && Stack.of(role) === Stack.of(this.scope);
    return [this.allowOnce(role.roleArn, ASSUME), ...isOfThisStack ? [role] : []];
  }

  public isOfThisAccount(repository: ecr.IRepository): boolean {
    return Token.compareStrings(repositoryEnvironment(repository).account, Stack.of(this.scope).account) !== TokenComparison.DIFFERENT;
  }

  private allowOnce(resource: string, actions: string[]): IDependable {
    const key = JSON.stringify([identityOf(this.scope, resource), actions]);
    const permission = this.granted.get(key) ?? this.permissions.allow(resource, actions);
    this.granted.set(key, permission);
    return permission;
  }

  private allowAcrossAccounts(repository: ecr.IRepository, actions: string[]): IDependable {
    repository.grant(this.role, ...actions);
    warnIfOwnerMustAllow(this.scope, repository, Stack.of(this.scope).account, actions);
    return this.role;
  }

  /** Where account or Region differ, the CDK has no reference to a resource that would do this. */
  private dependOnStackOf(resource: IResource): void {
    const [own, owner] = [this.scope, resource].map(construct => Stack.of(construct));
    if (Resource.isOwnedResource(resource) && own.environment !== owner.environment && Stage.of(own) === Stage.of(owner)) {
      this.role.node.addDependency(resource);
    }
  }
}

/** In a Region that this release of the CDK does not know, its latest runtime is an old one. */
function defaultRuntime(scope: Construct): lambda.Runtime {
  const latest = lambda.determineLatestNodeRuntime(scope);
  return runsBundles(latest) ? latest : lambda.Runtime.NODEJS_22_X;
}

/** Leaves out of `DependsOn` what a reference says already, as linters ask for. */
function leaveOutDependency(resource: CfnResource, referenced: CfnResource): void {
  resource.addOverride('DependsOn', Lazy.uncachedAny({
    produce: () => {
      const others = resource.obtainDependencies().filter(CfnResource.isCfnResource).filter(other => other !== referenced);
      return others.length > 0 ? others.sort(byPath).map(({ logicalId }) => logicalId) : undefined;
    },
  }));
}
