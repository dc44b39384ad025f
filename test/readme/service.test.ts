import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ServiceStack } from './service';

test('the stack is as reviewed', () => {
  const template = Template.fromStack(new ServiceStack(new App(), 'Service')).toJSON();

  // The hash of the resolver's code changes with releases of the library only.
  const withoutHashes = JSON.stringify(template, null, 2).replace(/[0-9a-f]{64}\.zip/g, '<hash>.zip');
  expect(withoutHashes).toMatchSnapshot();
});
