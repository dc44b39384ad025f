import * as fc from 'fast-check';
import { changed, deployedPattern, describeWithEventRuler, matching, sampleEvent } from './event-patterns';
import { askEventRuler } from '../../emulator/event-ruler';
import { FindingSeverity, SecureRepository } from '../../src';
import { covers } from '../../src/names/tag-pattern';

const NAME = 'my-repository-name';
const DEPLOYED = `deployed-${'0123456789abcdef'.repeat(2)}`;

/** Of everything that could be taken for an event of this repository. */
const foreign = (event: any) => ({
  'another repository': changed(event, { 'detail/repository-name': `${NAME}-dev` }),
  'a repository below': changed(event, { 'detail/repository-name': `${NAME}/api` }),
  'another account': changed(event, { account: '210987654321' }),
  'another Region': changed(event, { region: 'eu-west-1' }),
  'another source': changed(event, { source: 'com.example' }),
  'another type': changed(event, { 'detail-type': 'ECR Replication Action' }),
});

describeWithEventRuler('the patterns of rules, as Event Ruler reads them', () => {
  const push = sampleEvent('image-push');
  const deletion = sampleEvent('image-deletion');
  const untagged = sampleEvent('image-push-without-tag');
  const tagged = (tag: string | undefined) => changed(push, { 'detail/image-tag': tag });

  const pushes = {
    'AWS\'s sample': push,
    'v1.2.3': tagged('v1.2.3'),
    'deployed': tagged('deployed'),
    'a signature': tagged(`sha256-${'7f5b'.repeat(16)}.sig`),
    'a tag of our own': tagged(DEPLOYED),
    'an empty tag': tagged(''),
    'no tag': tagged(undefined),
    'failed': changed(push, { 'detail/result': 'FAILED' }),
    'a deletion': deletion,
    'archived': changed(sampleEvent('image-archival'), { 'region': push.region, 'detail/repository-name': NAME, 'detail/image-tag': 'v1' }),
    'replicated': changed(sampleEvent('replication'), { 'region': push.region, 'detail/repository-name': NAME }),
    ...foreign(push),
  };

  test('onImagePushed: pushes with a tag, but no tags of our own', async () => {
    const pattern = deployedPattern(push, NAME, repository => repository.onImagePushed('Rule'));
    expect(await matching(pattern, pushes)).toEqual(['AWS\'s sample', 'v1.2.3', 'deployed', 'a signature']);
  });

  test('onImagePushed: an image of an index, as ECR tells of it', async () => {
    const pattern = deployedPattern(untagged, NAME, repository => repository.onImagePushed('Rule'));
    expect(await matching(pattern, { untagged, tagged: changed(untagged, { 'detail/image-tag': 'v1' }) })).toEqual(['tagged']);
  });

  test('onImagePushed: only some tags', async () => {
    const pattern = deployedPattern(push, NAME, repository => repository.onImagePushed('Rule', { tags: ['v*', 'deployed', '*-rc'] }));
    expect(await matching(pattern, { ...pushes, 'v': tagged('v'), 'dev1': tagged('dev1'), 'main-rc': tagged('main-rc') }))
      .toEqual(['v1.2.3', 'deployed', 'v', 'main-rc']);
  });

  const deletions = {
    'AWS\'s sample': deletion,
    'a tag of our own': changed(deletion, { 'detail/image-tag': DEPLOYED }),
    'an empty tag': changed(deletion, { 'detail/image-tag': '' }),
    'no tag': changed(deletion, { 'detail/image-tag': undefined }),
    'failed': changed(deletion, { 'detail/result': 'FAILED' }),
    'a push': push,
    'archived': pushes.archived,
    'what CloudTrail records of an expiry': changed(sampleEvent('lifecycle-expiry'), { 'detail/serviceEventDetails/repositoryName': NAME }),
    ...foreign(deletion),
  };

  test.each<[string, string[] | undefined, string[]]>([
    ['all', undefined, ['AWS\'s sample', 'a tag of our own', 'an empty tag', 'no tag']],
    ['what has a tag', ['*'], ['AWS\'s sample', 'a tag of our own']],
    ['some tags', ['l*t', 'v*'], ['AWS\'s sample']],
    ['other tags', ['v*', 'lates'], []],
  ])('onImageDeleted: %s', async (_, tags, expected) => {
    const pattern = deployedPattern(deletion, NAME, repository => repository.onImageDeleted('Rule', { tags }));
    expect(await matching(pattern, deletions)).toEqual(expected);
  });

  test('onUnexpectedTag: none of the allowed, not ours, and not none', async () => {
    const pattern = deployedPattern(push, NAME, repository => repository.onUnexpectedTag('Rule', { allowed: ['v*.*.*', 'main-*'] }));
    expect(await matching(pattern, { ...pushes, 'v1': tagged('v1'), 'main-1': tagged('main-1'), 'xmain-1': tagged('xmain-1') }))
      .toEqual(['AWS\'s sample', 'deployed', 'a signature', 'v1', 'xmain-1']);
    const signed = deployedPattern(push, NAME, repository => repository.onUnexpectedTag('Rule', { allowed: ['latest', 'sha256-*'] }));
    expect(await matching(signed, pushes)).toEqual(['v1.2.3', 'deployed']);
  });

  test('onUnexpectedTag: any tags, by any patterns, as retention and mutableTags read patterns', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '1'), minLength: 1, maxLength: 6 });
    const wild = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '1', '*'), minLength: 1, maxLength: 6 });
    const question = fc.record({
      allowed: fc.uniqueArray(wild.filter(one => !/^[.-]|\*\*|^\*$/.test(one)), { minLength: 1, maxLength: 4 }),
      tags: fc.array(text, { minLength: 20, maxLength: 20 }),
    });
    const questions = fc.sample(question, { numRuns: 200, seed: 12 });
    const answers = await askEventRuler(questions.map(({ allowed, tags }) => ({
      pattern: deployedPattern(push, NAME, repository => repository.onUnexpectedTag('Rule', { allowed })),
      events: tags.map(tagged),
    })));
    const expected = questions.map(({ allowed, tags }) => ({ matches: tags.map(tag => !allowed.some(one => covers(one, tag))) }));
    expect(answers).toEqual(expected);
    expect(new Set(expected.flatMap(({ matches }) => matches))).toEqual(new Set([true, false]));
  });

  describe('onScanFindings', () => {
    const basic = sampleEvent('basic-scan');
    const enhanced = sampleEvent('enhanced-scan');
    const finding = sampleEvent('enhanced-finding');
    const counts = 'detail/finding-severity-counts';

    test('basic scans: from the minimum on, where zero counts are absent', async () => {
      const scans = {
        'AWS\'s sample': basic,
        'high': changed(basic, { [counts]: { HIGH: 1 } }),
        'medium': changed(basic, { [counts]: { MEDIUM: 9, LOW: 1 } }),
        'undefined': changed(basic, { [counts]: { UNDEFINED: 1 } }),
        'nothing': changed(basic, { [counts]: {} }),
        'failed': changed(basic, { 'detail/scan-status': 'FAILED', [counts]: undefined }),
        ...foreign(basic),
      };
      const at = (minimumSeverity?: FindingSeverity) => matching(deployedPattern(basic, NAME, repository => repository.onScanFindings('Rule', { minimumSeverity })), scans);
      expect(await at()).toEqual(['AWS\'s sample', 'high']);
      expect(await at(FindingSeverity.CRITICAL)).toEqual(['AWS\'s sample']);
      expect(await at(FindingSeverity.MEDIUM)).toEqual(['AWS\'s sample', 'high', 'medium']);
      expect(await at(FindingSeverity.INFORMATIONAL)).toEqual(['AWS\'s sample', 'high', 'medium']);
      expect(await at(FindingSeverity.UNDEFINED)).toEqual(['AWS\'s sample', 'high', 'medium', 'undefined']);
    });

    test('enhanced scans: by the ARN, also of images without a tag, and not by TOTAL', async () => {
      const arn = 'arn:aws:ecr:us-east-1:111122223333:repository/inspector2';
      const scans = {
        'AWS\'s sample, which found nothing': enhanced,
        'critical': changed(enhanced, { [`${counts}/CRITICAL`]: 1 }),
        'critical, of an image of an index': changed(enhanced, { [`${counts}/CRITICAL`]: 1, 'detail/image-tags': [] }),
        'medium': changed(enhanced, { [`${counts}/MEDIUM`]: 3, [`${counts}/TOTAL`]: 3 }),
        'only TOTAL': changed(enhanced, { [`${counts}/TOTAL`]: 7 }),
        'untriaged': changed(enhanced, { [`${counts}/UNTRIAGED`]: 1, [`${counts}/TOTAL`]: 1 }),
        'another repository': changed(enhanced, { [`${counts}/CRITICAL`]: 1, 'detail/repository-name': `${arn}-dev` }),
        'one below': changed(enhanced, { [`${counts}/CRITICAL`]: 1, 'detail/repository-name': `${arn}/api` }),
        'an instance': changed(sampleEvent('instance-scan'), { [`${counts}/CRITICAL`]: 1 }),
      };
      const at = (minimumSeverity: FindingSeverity) =>
        matching(deployedPattern(enhanced, 'inspector2', repository => repository.onScanFindings('Rule', { minimumSeverity })), scans);
      expect(await at(FindingSeverity.CRITICAL)).toEqual(['critical', 'critical, of an image of an index']);
      expect(await at(FindingSeverity.UNDEFINED)).toEqual(['critical', 'critical, of an image of an index', 'medium', 'untriaged']);
    });

    test('single findings: active ones of images in this repository', async () => {
      const id = finding.detail.resources[0].id;
      const severe = changed(finding, { 'detail/severity': 'HIGH' });
      const findings = {
        'AWS\'s sample, of medium severity': finding,
        'high': severe,
        'critical': changed(finding, { 'detail/severity': 'CRITICAL' }),
        'untriaged': changed(finding, { 'detail/severity': 'UNTRIAGED' }),
        'closed': changed(severe, { 'detail/status': 'CLOSED' }),
        'suppressed': changed(severe, { 'detail/status': 'SUPPRESSED' }),
        'a repository below': changed(severe, { 'detail/resources/0/id': id.replace('inspector2/', 'inspector2/api/') }),
        'another repository': changed(severe, { 'detail/resources/0/id': id.replace('inspector2/', 'inspector2-dev/') }),
        'another account': changed(severe, { account: '210987654321' }),
        'a function': sampleEvent('function-finding'),
      };
      const at = (options: object) => matching(deployedPattern(finding, 'inspector2', repository => repository.onScanFindings('Rule', options)), findings);
      expect(await at({})).toEqual(['high', 'critical']);
      expect(await at({ minimumSeverity: FindingSeverity.MEDIUM })).toEqual(['AWS\'s sample, of medium severity', 'high', 'critical']);
      expect(await at({ minimumSeverity: FindingSeverity.UNDEFINED })).toContain('untriaged');
      expect(await at({ eachFinding: false })).toEqual([]);
    });

    test('what eventPattern adds holds for all of them', async () => {
      const pattern = deployedPattern(basic, NAME, repository => repository.onScanFindings('Rule', { eventPattern: { detail: { 'image-tags': ['v1'] } } }));
      expect(await matching(pattern, { basic, v1: changed(basic, { 'detail/image-tags': ['latest', 'v1'] }) })).toEqual(['v1']);
    });
  });

  describe('onProtectionChanged', () => {
    const call = sampleEvent('put-image-call');
    const made = (eventName: string, changes: Record<string, unknown> = {}) => changed(call, {
      'detail/eventName': eventName,
      'detail/requestParameters': { repositoryName: 'testrepo', registryId: '123456789012' },
      'detail/responseElements': { repositoryName: 'testrepo', registryId: '123456789012' },
      ...changes,
    });
    const cloudFormation = { 'detail/sourceIPAddress': 'cloudformation.amazonaws.com', 'detail/userAgent': 'cloudformation.amazonaws.com' };
    const told = [
      'PutImageTagMutability', 'SetRepositoryPolicy', 'DeleteRepositoryPolicy', 'DeleteRepository', 'PutLifecyclePolicy', 'DeleteLifecyclePolicy',
      'PutImageScanningConfiguration',
    ];
    const calls = {
      ...Object.fromEntries(told.map(name => [name, made(name)])),
      'without a registry': made('DeleteRepository', { 'detail/requestParameters': { repositoryName: 'testrepo' } }),
      'from another account': made('DeleteRepository', { 'detail/userIdentity/accountId': '210987654321' }),
      'by CloudFormation': made('SetRepositoryPolicy', cloudFormation),
      'by who claims to be CloudFormation': made('SetRepositoryPolicy', { 'detail/userAgent': 'cloudformation.amazonaws.com' }),
      'AWS\'s sample, a push': call,
      'GetRepositoryPolicy': made('GetRepositoryPolicy'),
      'DescribeRepositories': made('DescribeRepositories'),
      'BatchDeleteImage': made('BatchDeleteImage'),
      'denied': made('DeleteRepository', { 'detail/errorCode': 'AccessDenied' }),
      'another repository': made('DeleteRepository', { 'detail/requestParameters': { repositoryName: 'testrepo2' } }),
      'another registry': made('DeleteRepository', { 'detail/requestParameters': { repositoryName: 'testrepo', registryId: '210987654321' } }),
      'another account': made('DeleteRepository', { account: '210987654321' }),
      'another Region': made('DeleteRepository', { region: 'eu-west-1' }),
      'another service': made('DeleteRepository', { 'detail/eventSource': 'ecr-public.amazonaws.com' }),
      'an expiry': changed(sampleEvent('lifecycle-expiry'), { region: call.region }),
    };
    const expected = [...told, 'without a registry', 'from another account', 'by CloudFormation', 'by who claims to be CloudFormation'];

    test('successful calls about this repository', async () => {
      const pattern = deployedPattern(call, 'testrepo', repository => repository.onProtectionChanged('Rule'));
      expect(await matching(pattern, calls)).toEqual(expected);
    });

    test('all but those of CloudFormation', async () => {
      const pattern = deployedPattern(call, 'testrepo', repository => repository.onProtectionChanged('Rule', { ignoreCloudFormation: true }));
      expect(await matching(pattern, calls)).toEqual(expected.filter(name => name !== 'by CloudFormation'));
    });

    test('all but those of one role, by eventPattern', async () => {
      const role = 'arn:aws:iam::123456789012:role/pipeline';
      const arn = [{ exists: false }, { 'anything-but': [role] }];
      const pattern = deployedPattern(call, 'testrepo', repository => repository.onProtectionChanged('Rule', {
        eventPattern: { detail: { userIdentity: { sessionContext: { sessionIssuer: { arn } } } } },
      }));
      const by = (issuer: string) => made('DeleteRepository', { 'detail/userIdentity/sessionContext/sessionIssuer/arn': issuer });
      expect(await matching(pattern, { ...calls, 'by the role': by(role), 'by another role': by(`${role}2`) })).toEqual([...expected, 'by another role']);
    });
  });

  test('what this library refuses, EventBridge refuses', async () => {
    const wildcard = (one: string) => ({ pattern: { tag: [{ wildcard: one }] }, events: [] });
    expect(await askEventRuler([wildcard('v**'), wildcard('v*')])).toEqual([{ refused: expect.stringContaining('Consecutive wildcard') }, {}]);
  });

  test('the longest patterns that are taken are not too much for Event Ruler', async () => {
    const allowed = Array.from({ length: 40 }, (_, index) => `*-${index}*rc*-*x`);
    const pattern = deployedPattern(push, NAME, (repository: SecureRepository) => repository.onUnexpectedTag('Rule', { allowed }));
    expect(await matching(pattern, { a: tagged('a'), b: tagged('main-7-rc1-x') })).toEqual(['a']);
  });
});
