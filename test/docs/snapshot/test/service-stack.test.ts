import { Template } from 'aws-cdk-lib/assertions';
import * as cdk from 'aws-cdk-lib/core';
import { SecureRepository } from 'cdk-secure-repository';
import { ServiceStack } from '../lib/service-stack';

test('the stack is as reviewed', () => {
  const app = new cdk.App();
  const env = { account: '123456789012', region: 'eu-west-1' };
  const api = new SecureRepository(new cdk.Stack(app, 'Images', { env }), 'Api', { repositoryName: 'api' });

  expect(Template.fromStack(new ServiceStack(app, 'Service', { env, api })).toJSON()).toMatchSnapshot();
});
