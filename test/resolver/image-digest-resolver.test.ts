import { App, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CustomResourceFunctionOptions, DigestPinnedImage, ImageDigestResolver } from '../../src';

function pin(stack: Stack): void {
  DigestPinnedImage.fromTag(ecr.Repository.fromRepositoryName(stack, 'Repository', 'api'), 'v1').pinTo(stack);
}

function templateWith(options: (stack: Stack) => CustomResourceFunctionOptions): Template {
  const stack = new Stack(new App(), 'Stack');
  ImageDigestResolver.configure(stack, options(stack));
  pin(stack);
  return Template.fromStack(stack);
}

function onlyFunction(template: Template): Record<string, any> {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  expect(functions).toHaveLength(1);
  return functions[0];
}

describe('the function', () => {
  test('does not name a dependency that it has by its role', () => {
    const stack = new Stack(new App(), 'Stack');
    pin(stack);
    expect(onlyFunction(Template.fromStack(stack))).not.toHaveProperty('DependsOn');
  });

  test('has the latest runtime of Node.js that the CDK knows', () => {
    const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
    pin(stack);
    expect(onlyFunction(Template.fromStack(stack)).Properties.Runtime).toBe(lambda.determineLatestNodeRuntime(stack).name);
  });

  test('runs in a VPC, and may manage network interfaces before it is made', () => {
    const template = templateWith(stack => {
      const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
      return {
        vpc,
        vpcSubnets: { subnets: [vpc.privateSubnets[0]] },
        securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
      };
    });
    const { Properties: { VpcConfig }, DependsOn } = onlyFunction(template);
    expect(VpcConfig).toEqual({ SubnetIds: [{ Ref: expect.stringMatching(/^VpcPrivateSubnet1/) }], SecurityGroupIds: ['sg-1'] });
    const [policy] = Object.keys(template.findResources('AWS::IAM::Policy', { Properties: { PolicyDocument: { Statement: Match.arrayWith([
      Match.objectLike({
        Action: [
          'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
        ],
        Resource: '*',
      }),
    ]) } } }));
    expect(DependsOn).toContain(policy);
    template.resourcePropertiesCountIs('AWS::IAM::Role', { ManagedPolicyArns: Match.anyValue() }, 0);
  });

  test('without a VPC may not manage network interfaces', () => {
    expect(JSON.stringify(templateWith(() => ({})).findResources('AWS::IAM::Policy'))).not.toContain('ec2:');
  });

  test('writes to the log group that is given', () => {
    const template = templateWith(stack => ({ logGroup: logs.LogGroup.fromLogGroupName(stack, 'Logs', 'of-the-platform') }));
    template.resourceCountIs('AWS::Logs::LogGroup', 0);
    expect(onlyFunction(template).Properties.LoggingConfig).toEqual({ LogGroup: 'of-the-platform' });
    template.hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: Match.arrayWith([
      Match.objectLike({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
    ]) } });
  });

  test('has the rest as it is configured', () => {
    const { Properties } = onlyFunction(templateWith(stack => ({
      environmentEncryption: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/1'),
      reservedConcurrentExecutions: 5,
      runtime: lambda.Runtime.NODEJS_22_X,
    })));
    expect(Properties).toMatchObject({ KmsKeyArn: 'arn:aws:kms:eu-west-1:111111111111:key/1', ReservedConcurrentExecutions: 5, Runtime: 'nodejs22.x' });
  });
});

describe('options', () => {
  test('of an app hold for its stages and stacks, as far as these have none', () => {
    const app = new App();
    const stage = new Stage(app, 'Prod');
    const [one, two] = ['One', 'Two'].map(id => new Stack(stage, id));
    ImageDigestResolver.configure(app, { reservedConcurrentExecutions: 5, runtime: lambda.Runtime.NODEJS_22_X });
    ImageDigestResolver.configure(new Construct(two, 'Images'), { reservedConcurrentExecutions: 7, runtime: undefined });
    [one, two].forEach(pin);
    const [first, second] = [one, two].map(stack => onlyFunction(Template.fromStack(stack)).Properties);
    expect(first).toMatchObject({ ReservedConcurrentExecutions: 5, Runtime: 'nodejs22.x' });
    expect(second).toMatchObject({ ReservedConcurrentExecutions: 7, Runtime: 'nodejs22.x' });
  });

  test.each([['the app', (stack: Stack) => stack.node.root], ['Stack', (stack: Stack) => stack]] as const)('of %s that come too late are an error', (place, scopeOf) => {
    const stack = new Stack(new App(), 'Stack');
    pin(stack);
    expect(() => ImageDigestResolver.configure(scopeOf(stack) as Construct, {})).toThrow(
      `${place}: ImageDigestResolver.configure: stack 'Stack' has its function already; configure it before the first image that needs it`);
  });

  test('of a stack beside one that has its function come in time', () => {
    const app = new App();
    pin(new Stack(app, 'First'));
    expect(() => ImageDigestResolver.configure(new Stack(app, 'Second'), {})).not.toThrow();
  });

  test('are given once', () => {
    const stack = new Stack(new App(), 'Stack');
    ImageDigestResolver.configure(stack, {});
    expect(() => ImageDigestResolver.configure(new Construct(stack, 'Images'), {})).toThrow(
      'Stack/Images: ImageDigestResolver.configure: it is configured twice; give all options in one call');
  });

  test.each([0, -1, 1.5, NaN])('reservedConcurrentExecutions %d is an error', reservedConcurrentExecutions => {
    expect(() => templateWith(() => ({ reservedConcurrentExecutions }))).toThrow(
      `Stack: ImageDigestResolver.configure: reservedConcurrentExecutions is ${reservedConcurrentExecutions}; expected a whole number of 1 or more`);
  });

  test.each([lambda.Runtime.PYTHON_3_12, lambda.Runtime.NODEJS_20_X, lambda.Runtime.NODEJS])('the runtime %s is an error', runtime => {
    expect(() => templateWith(() => ({ runtime }))).toThrow(`the runtime is ${runtime.name}; expected nodejs22.x or a newer one of Node.js`);
  });

  test.each<[string, CustomResourceFunctionOptions]>([
    ['vpcSubnets', { vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } }],
    ['securityGroups', { securityGroups: [] }],
  ])('%s without vpc is an error', (name, options) => {
    expect(() => templateWith(() => options)).toThrow(`Stack: ImageDigestResolver.configure: ${name} without vpc would have no effect; give vpc, too`);
  });
});
