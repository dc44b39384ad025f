import { Template } from 'aws-cdk-lib/assertions';
import * as cdk from 'aws-cdk-lib/core';
import { SecureRepository } from 'cdk-secure-repository';
import { ServiceStack } from '../lib/service-stack';

test('the stack is as reviewed', () => {
  const app = new cdk.App();
  const api = new SecureRepository(new cdk.Stack(app, 'Images'), 'Api');
  const template = Template.fromStack(new ServiceStack(app, 'Service', { api })).toJSON();

  // What a release of the library or of the CDK changes about the resolver: its code and its runtime.
  const withoutReleases = JSON.stringify(template, null, 2).replace(/[0-9a-f]{64}\.zip|nodejs\d+\.x/g, '<release>');
  expect(withoutReleases).toMatchSnapshot();
});
