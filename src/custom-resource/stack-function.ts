import * as path from 'path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CustomResourceFunctionOptions } from './function-options';

const ASSETS = path.join(__dirname, '..', '..', 'assets');

/** They cannot be limited to a VPC before there is a network interface: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
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

/** Adds the function that serves all custom resources of one kind in a stack, with a role that may write its log. */
export function addStackFunction(
  scope: Construct, { handler, description, roleDescription }: StackFunctionProps, options: CustomResourceFunctionOptions,
): { readonly role: iam.Role; readonly function: lambda.IFunction } {
  const logGroup = options.logGroup ?? new logs.LogGroup(scope, 'Logs', {
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    description: roleDescription,
  });
  logGroup.grantWrite(role);
  const network = options.vpc && role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: NETWORK_INTERFACES, resources: ['*'] }));
  const lambdaFunction = new lambda.Function(scope, 'Function', {
    ...options,
    description,
    runtime: options.runtime ?? lambda.determineLatestNodeRuntime(scope),
    handler: 'index.handler',
    code: lambda.Code.fromAsset(path.join(ASSETS, handler, 'index')),
    memorySize: 256,
    timeout: Duration.minutes(15),
    // By its ARN the function depends on the role itself already; with the construct it would on all policies of the role, and say so twice.
    role: iam.Role.fromRoleArn(scope, 'FunctionRole', role.roleArn, { mutable: false }),
    logGroup,
  });
  if (network?.policyDependable) {
    lambdaFunction.node.addDependency(network.policyDependable);
  }
  return { role, function: lambdaFunction };
}
