import { App, CfnOutput, Environment, NestedStack, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { DigestPinnedImage } from '../../../src';

function stackWithPin() {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
  const repository = ecr.Repository.fromRepositoryName(stack, 'Api', 'api');
  const parameter = StringParameter.fromStringParameterName(stack, 'Live', '/live/api');
  return { stack, repository, image: DigestPinnedImage.fromParameter(repository, parameter) };
}

test('the digest is read from the parameter during the deployment', () => {
  const { stack, image } = stackWithPin();
  new ecs.FargateTaskDefinition(stack, 'Task').addContainer('api', { image });
  const template = Template.fromStack(stack);
  template.hasParameter('*', { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/live/api' });
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [{
      Image: {
        'Fn::Join': ['', [
          '111111111111.dkr.ecr.eu-west-1.', { Ref: 'AWS::URLSuffix' }, '/api@sha256:',
          { 'Fn::Select': [1, { 'Fn::Split': ['sha256:', { Ref: Match.stringLikeRegexp('Live') }] }] },
        ]],
      },
    }],
  });
});

test('CDK takes it for the digest that it is', () => {
  const { stack, repository, image } = stackWithPin();
  new lambda.DockerImageFunction(stack, 'Function', { code: lambda.DockerImageCode.fromEcr(repository, { tagOrDigest: image.pinTo(stack).digest }) });
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  expect(JSON.stringify(Properties.Code.ImageUri)).toContain('/api@sha256:');
});

test.each([{ version: 3 }, { forceDynamicReference: true }])('a reference that cannot be read in time is refused: %j', attributes => {
  const { stack, repository } = stackWithPin();
  const parameter = StringParameter.fromStringParameterAttributes(stack, 'Other', { parameterName: '/live/api', ...attributes });
  expect(() => DigestPinnedImage.fromParameter(repository, parameter).pinTo(stack))
    .toThrow(/^Stack: the digest is \{\{resolve:ssm:.*use StringParameter.fromStringParameterName, without version and forceDynamicReference/);
});

describe('a parameter that was imported in another stack', () => {
  function pinIn(stack: Stack, importedIn: Stack, parameterName = '/live/api') {
    const repository = ecr.Repository.fromRepositoryName(importedIn, 'Api', 'api');
    const parameter = StringParameter.fromStringParameterAttributes(importedIn, 'Live', { parameterName, simpleName: false });
    const image = DigestPinnedImage.fromParameter(repository, parameter);
    return [image.pinTo(stack), image.pinTo(stack)];
  }

  test('is read in the stack that uses it, as an export could not change', () => {
    const app = new App();
    const [shared, service] = ['Shared', 'Service'].map(id => new Stack(app, id));
    pinIn(service, shared);
    app.synth();
    const { BootstrapVersion: _, ...parameters } = Template.fromStack(service).findParameters('*');
    expect(Object.values(parameters)).toEqual([{ Type: 'AWS::SSM::Parameter::Value<String>', Default: '/live/api' }]);
    Template.fromStack(shared).templateMatches({ Outputs: Match.absent() });
  });

  test('is handed over to a nested stack', () => {
    const stack = new Stack(new App(), 'Stack');
    const nested = new NestedStack(stack, 'Nested');
    new CfnOutput(nested, 'Digest', { value: pinIn(nested, stack)[0].digest });
    Template.fromStack(stack).resourcePropertiesCountIs('AWS::CloudFormation::Stack', { Parameters: Match.anyValue() }, 1);
    expect(Object.values(Template.fromStack(nested).findParameters('*'))).toEqual([{ Type: 'String' }]);
  });

  test.each<[string, Environment, string | undefined, RegExp]>([
    ['of another Region', { account: '111111111111', region: 'us-east-1' }, undefined, /the stack is in aws:\/\/111111111111\/us-east-1, and the parameter in aws:\/\/111111111111\/eu-west-1/],
    ['whose name is a token', { account: '111111111111', region: 'eu-west-1' }, Token.asString({ Ref: 'Name' }), /its name is not known at synth/],
  ])('%s is refused', (_, env, parameterName, reason) => {
    const app = new App();
    const shared = new Stack(app, 'Shared', { env: { account: '111111111111', region: 'eu-west-1' } });
    const service = new Stack(app, 'Service', { env });
    expect(() => pinIn(service, shared, parameterName)).toThrow(reason);
    expect(() => pinIn(new Stack(app, 'Service2', { env }), new Stack(app, 'Shared2', { env: { account: '111111111111', region: 'eu-west-1' } }), parameterName))
      .toThrow(/^Shared2\/Live: the parameter cannot be read in stack 'Service2': .*; import it in that stack with StringParameter.fromStringParameterName$/);
  });
});

test('a parameter of the app is refused, as promoting would not move it', () => {
  const { stack, repository } = stackWithPin();
  const parameter = new StringParameter(stack, 'Own', { stringValue: 'sha256:abc' });
  expect(() => DigestPinnedImage.fromParameter(repository, parameter)).toThrow(/^Stack\/Own: the app defines this parameter.*import it with StringParameter.fromStringParameterName/);
});
