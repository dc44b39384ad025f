import { App, Aws, CfnParameter, Fn, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { evaluate } from '../../emulator/evaluate';
import { FindingSeverity, SecureRepository } from '../../src';

/** What all methods that return rules have in common, and what they refuse. */

const stackOf = (repositoryName?: string) => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { account: '123456789012', region: 'eu-west-1' } });
  return { app, stack, repository: new SecureRepository(stack, 'Images', { repositoryName }) };
};

test('rules have what the options say', () => {
  const { stack, repository } = stackOf();
  const target: events.IRuleTarget = { bind: () => ({ arn: 'arn:aws:sns:eu-west-1:123456789012:alarms' }) };
  const rules = [
    repository.onImagePushed('Pushed', { target, ruleName: 'pushed', description: 'a push' }),
    repository.onImageDeleted('Deleted', { target }),
    repository.onScanFindings('Findings', { target }),
    repository.onProtectionChanged('Protection', { target }),
    repository.onUnexpectedTag('Unexpected', { target, allowed: ['v*'] }),
  ];
  expect(rules.map(rule => rule.node.path)).toEqual(['Pushed', 'Deleted', 'Findings', 'Protection', 'Unexpected'].map(id => `Stack/Images/${id}`));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Events::Rule', { Name: 'pushed', Description: 'a push' });
  template.allResourcesProperties('AWS::Events::Rule', { Targets: [{ Arn: 'arn:aws:sns:eu-west-1:123456789012:alarms' }], State: 'ENABLED' });
  template.resourceCountIs('AWS::Events::Rule', 5);
});

test('rules stand in the stack that crossStackScope names, and the repository\'s own in the pattern', () => {
  const { app, repository } = stackOf('api');
  const alarms = new Stack(app, 'Alarms', { env: { account: '123456789012', region: 'eu-west-1' } });
  repository.onImageDeleted('Deleted', { crossStackScope: alarms });
  Template.fromStack(alarms).hasResourceProperties('AWS::Events::Rule', {
    EventPattern: Match.objectLike({ account: ['123456789012'], region: ['eu-west-1'] }),
  });
});

test('rules of a stack for any account name its own one', () => {
  const stack = new Stack(new App(), 'Stack');
  new SecureRepository(stack, 'Images').onImageDeleted('Deleted');
  Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
    EventPattern: Match.objectLike({ account: [{ Ref: 'AWS::AccountId' }], region: [{ Ref: 'AWS::Region' }] }),
  });
});

test.each<[string, string[], string]>([
  ['none at all', [], "Stack/Images: allowed is empty; give patterns of tags, such as 'v*'"],
  ['all tags', ['v*', '*'], "allowed pattern '*': it allows every tag, so the rule would never match; name the tags that you expect"],
  ['an empty one', [''], "allowed pattern '': expected letters, digits, '_', '.', '-' and '*'"],
  ['characters that no tag has', ['v1/*'], "allowed pattern 'v1/*': expected letters, digits, '_', '.', '-' and '*'"],
  ['a start that no tag has', ['-rc'], "allowed pattern '-rc': no tag starts with '.' or '-'"],
  ['two wildcards in a row', ['v**'], "allowed pattern 'v**': EventBridge does not take '*' after '*'; one of them does"],
  ['only wildcards', ['**'], "allowed pattern '**': EventBridge does not take '*' after '*'; one of them does"],
  ['too many wildcards', ['*a*b*c*d*'], "allowed pattern '*a*b*c*d*': it has 5 '*'; 4 are the most that a pattern of tags may have"],
  ['the same twice', ['v*', 'v*'], "allowed pattern 'v*': it is there twice; drop one"],
  ['what is no text', [7 as unknown as string], "allowed pattern '7': expected a text"],
])('onUnexpectedTag refuses %s', (_, allowed, message) => {
  expect(() => stackOf().repository.onUnexpectedTag('Rule', { allowed })).toThrow(message);
  expect(() => stackOf().repository.onUnexpectedTag('Rule', { allowed })).toThrow(/^Stack\/Images: allowed /);
});

test('onUnexpectedTag refuses a token, and no patterns from who does not use types', () => {
  expect(() => stackOf().repository.onUnexpectedTag('Rule', { allowed: [Aws.STACK_NAME] })).toThrow(/it must be known at synth, and this one is a token/);
  expect(() => stackOf().repository.onUnexpectedTag('Rule', { allowed: Fn.split(',', Aws.STACK_NAME, 2) })).toThrow(/this one is a token/);
  expect(() => stackOf().repository.onUnexpectedTag('Rule', { allowed: Token.asList({ Ref: 'Tags' }) })).toThrow(/this one is a token/);
  expect(() => stackOf().repository.onUnexpectedTag('Rule', undefined as never)).toThrow('allowed is empty');
});

test('four wildcards and 128 characters are taken', () => {
  expect(() => stackOf().repository.onUnexpectedTag('Rule', { allowed: ['*a*b*c*', `v${'1'.repeat(127)}`] })).not.toThrow();
});

test.each<[string, string[], string]>([
  ['none at all', [], 'tags is empty'],
  ['all tags', ['*'], "tags pattern '*': it matches every tag; leave tags out"],
  ['our own tags', ['dep*'], "tags pattern 'dep*': it matches tags that this library sets (deployed-<digest>); give a narrower one"],
  ['two wildcards in a row', ['v**'], "tags pattern 'v**': EventBridge"],
])('onImagePushed refuses %s', (_, tags, message) => {
  expect(() => stackOf().repository.onImagePushed('Rule', { tags })).toThrow(`Stack/Images: ${message}`);
});

test('onImageDeleted refuses no tags', () => {
  expect(() => stackOf().repository.onImageDeleted('Rule', { tags: [] })).toThrow('Stack/Images: tags is empty');
});

test('onScanFindings refuses what is no severity', () => {
  expect(() => stackOf().repository.onScanFindings('Rule', { minimumSeverity: 'SEVERE' as FindingSeverity }))
    .toThrow("Stack/Images: minimumSeverity is 'SEVERE'; give a FindingSeverity, such as FindingSeverity.HIGH");
});

test.each<[string, events.EventPattern, (repository: SecureRepository, options: events.OnEventOptions) => events.Rule]>([
  ['source', { source: ['com.example'] }, (repository, options) => repository.onImagePushed('Rule', options)],
  ['account', { account: ['210987654321'] }, (repository, options) => repository.onProtectionChanged('Rule', options)],
  ['detail.image-tag', { detail: { 'image-tag': ['v1'] } }, (repository, options) => repository.onImagePushed('Rule', options)],
  ['detail.image-tag', { detail: { 'image-tag': ['v1'] } }, (repository, options) => repository.onUnexpectedTag('Rule', { ...options, allowed: ['v*'] })],
  ['detail.$or', { detail: { $or: [{ a: ['1'] }, { b: ['1'] }] } }, (repository, options) => repository.onScanFindings('Rule', options)],
  ['detail.repository-name', { detail: { 'repository-name': ['x'] } }, (repository, options) => repository.onScanFindings('Rule', options)],
  ['detail.severity', { detail: { severity: ['LOW'] } }, (repository, options) => repository.onScanFindings('Rule', options)],
  ['detail.finding-severity-counts.HIGH', { detail: { 'finding-severity-counts': { HIGH: [1] } } }, (repository, options) => repository.onScanFindings('Rule', options)],
  ['detail.requestParameters.registryId', { detail: { requestParameters: { registryId: ['1'] } } }, (repository, options) => repository.onProtectionChanged('Rule', options)],
  ['detail.requestParameters', { detail: { requestParameters: ['x'] } }, (repository, options) => repository.onProtectionChanged('Rule', options)],
  ['detail.result.code', { detail: { result: { code: ['x'] } } }, (repository, options) => repository.onImagePushed('Rule', options)],
  ['detail', { detail: Token.asAny({ 'image-digest': ['x'] }) as never }, (repository, options) => repository.onImagePushed('Rule', options)],
])('eventPattern.%s would widen the pattern, and is refused', (field, eventPattern, add) => {
  expect(() => add(stackOf().repository, { eventPattern }))
    .toThrow(`Stack/Images: eventPattern.${field} of 'Rule' is decided by the method, and would let more events pass, not fewer; leave it out, or use onEvent`);
});

test('a field beside those that the method decides is taken', () => {
  const { stack, repository } = stackOf();
  repository.onProtectionChanged('Rule', { eventPattern: { detail: { requestParameters: { force: [true] }, userAgent: ['x'] }, source: undefined } });
  Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { detail: { requestParameters: Match.objectLike({ force: [true], registryId: Match.anyValue() }), userAgent: ['x'] } },
  });
});

test('a pattern can be given to several rules, of several repositories, and stays what it is', () => {
  const { stack, repository } = stackOf('api');
  const other = new SecureRepository(stack, 'Other', { repositoryName: 'web' });
  const eventPattern = { detail: { 'image-digest': ['sha256:1'] } };
  [repository, other].forEach(one => {
    one.onImagePushed('Pushed', { eventPattern });
    one.onImageDeleted('Deleted', { eventPattern });
  });
  expect(eventPattern).toEqual({ detail: { 'image-digest': ['sha256:1'] } });
  const patterns = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule')).map(({ Properties }) => Properties.EventPattern.detail);
  expect(patterns.map(detail => [detail['action-type'], detail['repository-name'].length, detail['image-digest']]))
    .toEqual(['PUSH', 'DELETE', 'PUSH', 'DELETE'].map(action => [[action], 1, ['sha256:1']]));
});

test('what is known during the deployment only has no length yet', () => {
  const { app, stack, repository } = stackOf();
  ['List', 'Part'].forEach(id => new CfnParameter(stack, id));
  const added = (parts: unknown) => ({ detail: { manifest: [Token.asString({ 'Fn::Join': ['-', parts] })] } });
  repository.onImagePushed('List', { eventPattern: added({ Ref: 'List' }) });
  repository.onImagePushed('Known', { eventPattern: added(['a'.repeat(4096), { Ref: 'Part' }]) });
  expect(() => app.synth()).toThrow(/\[Stack\/Images\/Known\] the event pattern has 4\d{3} characters/);
  stack.node.findChild('Images').node.tryRemoveChild('Known');
  expect(() => app.synth()).not.toThrow();
});

/** With a pattern of so many characters, as far as they are known. */
const withLength = (length: number, repositoryName?: string) => {
  const { app, stack, repository } = stackOf(repositoryName);
  const known = (rule: events.Rule) => JSON.stringify(stack.resolve((rule.node.defaultChild as events.CfnRule).eventPattern)).replace(/\{"Ref":"[^"]*"\}/g, '""').length;
  const shortest = known(repository.onUnexpectedTag('Probe', { allowed: ['v'] }));
  const missing = length - shortest;
  const patterns = Math.floor(missing / 103);
  const allowed = ['v', ...Array.from({ length: patterns }, (_, index) => `${index}`.padStart(100, 'x'))];
  allowed[0] += 'v'.repeat(missing - patterns * 103);
  const rule = repository.onUnexpectedTag('Rule', { allowed });
  expect(known(rule)).toBe(length);
  return { app, stack };
};

test('a pattern over the quota is a warning, and one over what it can be raised to an error', () => {
  const warnings = (length: number) => Annotations.fromStack(withLength(length).stack).findWarning('*', Match.stringLikeRegexp('longEventPattern')).map(({ id, entry }) => [id, entry.data]);
  expect(warnings(2048)).toEqual([]);
  expect(warnings(2049)).toEqual([['/Stack/Images/Rule', 'the event pattern has 2049 characters; EventBridge takes 2048 unless its quota is raised, '
    + 'so give fewer or shorter patterns of tags [ack: cdk-secure-repository:longEventPattern]']]);
  expect(() => withLength(4096).app.synth()).not.toThrow();
  expect(() => withLength(4097).app.synth()).toThrow(/\[Stack\/Images\/Rule\] the event pattern has 4097 characters; EventBridge takes at most 4096, so give fewer/);
});

test('the longest name of a repository leaves room in every pattern', () => {
  const { stack, repository } = stackOf('a'.repeat(256));
  repository.onScanFindings('Findings', { minimumSeverity: FindingSeverity.UNDEFINED });
  repository.onProtectionChanged('Protection', { ignoreCloudFormation: true });
  const rules = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  const ids = Object.keys(Template.fromStack(stack).findResources('AWS::ECR::Repository'));
  const arn = `arn:aws:ecr:ap-southeast-5:123456789012:repository/${'a'.repeat(256)}`;
  const lengths = rules.map(({ Properties }) => JSON.stringify(evaluate(Properties.EventPattern, { [ids[0]]: 'a'.repeat(256), [`${ids[0]}.Arn`]: arn })).length);
  expect(Math.max(...lengths)).toBeLessThan(2048);
});
