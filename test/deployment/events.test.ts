import { spawnSync } from 'node:child_process';
import { App, Stack } from 'aws-cdk-lib';
import { Cloud, ENV } from './cloud';
import { accountVariables } from '../../emulator/account-clients';
import { ensurePythonEnvironment } from '../../emulator/python-environment';
import { FindingSeverity, SecureRepository } from '../../src';
import { changed, sampleEvent } from '../repository/event-patterns';

const cloud = new Cloud();

const REPOSITORY = 'events';
const ARN = `arn:aws:ecr:${ENV.region}:${ENV.account}:repository/${REPOSITORY}`;

function build(app: App): void {
  const stack = new Stack(app, 'Events', { env: ENV });
  const images = new SecureRepository(stack, 'Images', { repositoryName: REPOSITORY });
  images.onImagePushed('Pushed', { ruleName: 'pushed', tags: ['v*', 'latest'] });
  images.onImageDeleted('Deleted', { ruleName: 'deleted' });
  images.onScanFindings('Findings', { ruleName: 'findings' });
  images.onScanFindings('Critical', { ruleName: 'critical', minimumSeverity: FindingSeverity.CRITICAL, eachFinding: false });
  images.onProtectionChanged('ProtectionChanged', { ruleName: 'protection-changed', ignoreCloudFormation: true });
  images.onUnexpectedTag('UnexpectedTag', { ruleName: 'unexpected-tag', allowed: ['v*.*.*', 'sha256-*'] });
}

/** AWS's own samples, as if they were about the deployed repository. */
const about = (name: string, changes: Record<string, unknown>) => changed(sampleEvent(name), { ...ENV, ...changes });
const EVENTS = {
  'a push': about('image-push', { 'detail/repository-name': REPOSITORY }),
  'a push without a tag': about('image-push-without-tag', { 'detail/repository-name': REPOSITORY }),
  'a push elsewhere': about('image-push', { 'detail/repository-name': `${REPOSITORY}-dev` }),
  'a deletion': about('image-deletion', { 'detail/repository-name': REPOSITORY }),
  'critical findings': about('basic-scan', { 'detail/repository-name': REPOSITORY }),
  'high findings': about('enhanced-scan', { 'detail/repository-name': ARN, 'detail/finding-severity-counts/HIGH': 1 }),
  'no findings': about('enhanced-scan', { 'detail/repository-name': ARN }),
  'a critical finding': about('enhanced-finding', { 'detail/severity': 'CRITICAL', 'detail/resources/0/id': `${ARN}/sha256:${'0'.repeat(64)}` }),
  'another policy': about('put-image-call', {
    'detail/eventName': 'SetRepositoryPolicy',
    'detail/requestParameters/repositoryName': REPOSITORY,
    'detail/requestParameters/registryId': ENV.account,
  }),
};

const MATCHES: Record<string, (keyof typeof EVENTS)[]> = {
  'pushed': ['a push'],
  'unexpected-tag': ['a push'],
  'deleted': ['a deletion'],
  'findings': ['critical findings', 'high findings', 'a critical finding'],
  'critical': ['critical findings'],
  'protection-changed': ['another policy'],
};

test('the rules that are deployed match what happens to their repository', async () => {
  await cloud.deploy(build);
  const questions = Object.keys(MATCHES).flatMap(rule => Object.entries(EVENTS).map(([name, event]) => ({ rule, name, event })));
  const { stdout, stderr } = spawnSync(await ensurePythonEnvironment(() => {}), [require.resolve('../../emulator/test_event_pattern.py')], {
    env: { ...accountVariables(cloud.aws), AWS_DEFAULT_REGION: ENV.region }, // by this name for Python
    input: questions.map(question => `${JSON.stringify(question)}\n`).join(''),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const answers = stdout.trim().split('\n');
  expect(answers).toHaveLength(questions.length);
  const matched = questions.filter((_, index) => answers[index] === 'true');
  const namesOf = (rule: string) => matched.filter(question => question.rule === rule).map(({ name }) => name);
  expect(Object.fromEntries(Object.keys(MATCHES).map(rule => [rule, namesOf(rule)]))).toEqual(MATCHES);
});
