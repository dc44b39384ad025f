import * as path from 'path';
import { CfnResource, Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { runsBundles } from './function-configuration';
import { CustomResourceFunctionOptions } from './function-options';

const ASSETS = path.join(__dirname, '..', '..', 'assets');

/** What `AWSLambdaVPCAccessExecutionRole`, the policy that AWS manages for it, allows on all resources besides writing any log. */
const NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
];

/** What a function is for. */
export interface StackFunctionProps {
  /** The folder of its bundle, below that with all of them. */
  readonly handler: string;
  readonly description: string;
  readonly roleDescription: string;
}

/** The function that serves all custom resources of one kind in a stack, with a role that may write its log. */
export class StackFunction {
  public readonly role: iam.Role;
  public readonly functionArn: string;

  constructor(scope: Construct, { handler, description, roleDescription }: StackFunctionProps, options: CustomResourceFunctionOptions) {
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
      handler: 'index.handler',
      code: lambda.Code.fromAsset(path.join(ASSETS, handler, 'index')),
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
      others.sort((one, other) => one.node.path.localeCompare(other.node.path));
      return others.length > 0 ? others.map(({ logicalId }) => logicalId) : undefined;
    },
  }));
}
