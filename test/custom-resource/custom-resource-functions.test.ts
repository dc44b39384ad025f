import { App, Aspects, Duration, PropertyInjectors, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CustomResourceFunctionOptions, DigestPinnedImage, CustomResourceFunctions } from '../../src';

function pin(stack: Stack): void {
  DigestPinnedImage.fromTag(ecr.Repository.fromRepositoryName(stack, 'Repository', 'api'), 'v1').pinTo(stack);
}

function templateWith(options: (stack: Stack) => CustomResourceFunctionOptions): Template {
  const stack = new Stack(new App(), 'Stack');
  CustomResourceFunctions.configure(stack, options(stack));
  pin(stack);
  return Template.fromStack(stack);
}

function onlyFunction(template: Template): Record<string, any> {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  expect(functions).toHaveLength(1);
  return functions[0];
}

describe('the function', () => {
  test('depends on the policies of its role, and does not name the role itself, which it refers to', () => {
    const stack = new Stack(new App(), 'Stack');
    pin(stack);
    const template = Template.fromStack(stack);
    expect(onlyFunction(template).DependsOn).toEqual(Object.keys(template.findResources('AWS::IAM::Policy')));
  });

  test('keeps what aspects and property injectors let it do', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    PropertyInjectors.of(app).add({
      constructUniqueId: lambda.Function.PROPERTY_INJECTION_ID,
      inject: props => ({ ...props, tracing: lambda.Tracing.ACTIVE, deadLetterQueueEnabled: true }),
    });
    Aspects.of(app).add({
      visit: node => node instanceof lambda.Function
        ? node.addToRolePolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: ['arn:aws:kms:eu-west-1:111111111111:key/1'] }))
        : undefined,
    });
    pin(stack);
    const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(['sqs:SendMessage', 'xray:PutTraceSegments', 'kms:Decrypt'].filter(action => !policies.includes(action))).toEqual([]);
  });

  test('waits for the endpoints of its VPC, which it needs until the stack is deleted', () => {
    const template = templateWith(stack => {
      const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 0, subnetConfiguration: [{ name: 'Own', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
      vpc.addInterfaceEndpoint('Ecr', { service: ec2.InterfaceVpcEndpointAwsService.ECR });
      vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
      return { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } };
    });
    const endpoints = Object.keys(template.findResources('AWS::EC2::VPCEndpoint'));
    expect(endpoints).toHaveLength(2);
    expect(onlyFunction(template).DependsOn).toEqual(expect.arrayContaining(endpoints));
  });

  test('in a Region that this CDK does not know has the oldest runtime that runs it', () => {
    const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'xx-nowhere-1' } });
    pin(stack);
    expect(Number(/^nodejs(\d+)\.x$/.exec(onlyFunction(Template.fromStack(stack)).Properties.Runtime)![1])).toBeGreaterThanOrEqual(22);
  });

  test('is waited for by all images as long as by those that wait', () => {
    const stack = new Stack(new App(), 'Stack');
    pin(stack);
    DigestPinnedImage.fromTag(ecr.Repository.fromRepositoryName(stack, 'Other', 'other'), 'v1', { waitForImage: Duration.minutes(5) }).pinTo(stack);
    const pins = Object.values(Template.fromStack(stack).findResources('Custom::ImageDigest'));
    expect(pins.map(({ Properties: { WaitSeconds, ServiceTimeout } }) => [WaitSeconds, ServiceTimeout])).toEqual([[undefined, 1200], ['300', 1200]]);
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
    const [policy] = Object.keys(template.findResources('AWS::IAM::Policy', {
      Properties: {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Action: [
                'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface',
                'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
              ],
              Resource: '*',
            }),
          ]),
        },
      },
    }));
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
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
        ]),
      },
    });
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
    CustomResourceFunctions.configure(app, { reservedConcurrentExecutions: 5, runtime: lambda.Runtime.NODEJS_22_X });
    CustomResourceFunctions.configure(new Construct(two, 'Images'), { reservedConcurrentExecutions: 7, runtime: undefined });
    [one, two].forEach(pin);
    const [first, second] = [one, two].map(stack => onlyFunction(Template.fromStack(stack)).Properties);
    expect(first).toMatchObject({ ReservedConcurrentExecutions: 5, Runtime: 'nodejs22.x' });
    expect(second).toMatchObject({ ReservedConcurrentExecutions: 7, Runtime: 'nodejs22.x' });
  });

  test('of a VPC go together', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const [one, two] = ['One', 'Two'].map(id => new ec2.Vpc(stack, id, { maxAzs: 1 }));
    CustomResourceFunctions.configure(app, {
      vpc: one, vpcSubnets: { subnets: one.privateSubnets }, securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
    });
    CustomResourceFunctions.configure(stack, { vpc: two });
    pin(stack);
    const { SubnetIds, SecurityGroupIds } = onlyFunction(Template.fromStack(stack)).Properties.VpcConfig;
    expect(SubnetIds).toEqual([{ Ref: expect.stringMatching(/^TwoPrivate/) }]);
    expect(SecurityGroupIds).not.toContain('sg-1');
  });

  test('hold for a copy of this package that a library brings along', () => {
    const stack = new Stack(new App(), 'Stack');
    CustomResourceFunctions.configure(stack, { reservedConcurrentExecutions: 5 });
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const copy = require('../../src');
      expect(copy.DigestPinnedImage).not.toBe(DigestPinnedImage);
      copy.DigestPinnedImage.fromTag(ecr.Repository.fromRepositoryName(stack, 'Repository', 'api'), 'v1').pinTo(stack);
    });
    expect(onlyFunction(Template.fromStack(stack)).Properties.ReservedConcurrentExecutions).toBe(5);
  });

  test('are taken as they are given, and nothing else', () => {
    const given = { reservedConcurrentExecutions: 5, environment: { A: 'b' }, vpc: null as unknown as undefined };
    const stack = new Stack(new App(), 'Stack');
    CustomResourceFunctions.configure(stack, given);
    given.reservedConcurrentExecutions = -3;
    pin(stack);
    const { Properties } = onlyFunction(Template.fromStack(stack));
    expect(Properties.ReservedConcurrentExecutions).toBe(5);
    expect(Properties).not.toHaveProperty('Environment');
  });

  test.each([['the app', (stack: Stack) => stack.node.root], ['Stack', (stack: Stack) => stack]] as const)('of %s that come too late are an error', (place, scopeOf) => {
    const stack = new Stack(new App(), 'Stack');
    pin(stack);
    expect(() => CustomResourceFunctions.configure(scopeOf(stack) as Construct, {})).toThrow(
      `${place}: CustomResourceFunctions.configure: stack 'Stack' has a function already; configure it before the first image that needs one`);
  });

  test('of a stack beside one that has its function come in time', () => {
    const app = new App();
    pin(new Stack(app, 'First'));
    expect(() => CustomResourceFunctions.configure(new Stack(app, 'Second'), {})).not.toThrow();
  });

  test('are given once', () => {
    const stack = new Stack(new App(), 'Stack');
    CustomResourceFunctions.configure(stack, {});
    expect(() => CustomResourceFunctions.configure(new Construct(stack, 'Images'), {})).toThrow(
      'Stack/Images: CustomResourceFunctions.configure: it is configured twice; give all options in one call');
  });

  test.each([0, -1, 1.5, NaN])('reservedConcurrentExecutions %d is an error', reservedConcurrentExecutions => {
    expect(() => templateWith(() => ({ reservedConcurrentExecutions }))).toThrow(
      `Stack: CustomResourceFunctions.configure: reservedConcurrentExecutions is ${reservedConcurrentExecutions}; expected a whole number of 1 or more`);
  });

  test.each([lambda.Runtime.PYTHON_3_12, lambda.Runtime.NODEJS_20_X, lambda.Runtime.NODEJS])('the runtime %s is an error', runtime => {
    expect(() => templateWith(() => ({ runtime }))).toThrow(`the runtime is ${runtime.name}; expected nodejs22.x or a newer one of Node.js`);
  });

  test.each<[string, CustomResourceFunctionOptions]>([
    ['vpcSubnets', { vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } }],
    ['securityGroups', { securityGroups: [] }],
  ])('%s without vpc is an error', (name, options) => {
    expect(() => templateWith(() => options)).toThrow(`Stack: CustomResourceFunctions.configure: ${name} without vpc would have no effect; give vpc, too`);
  });
});
