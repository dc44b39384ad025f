import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as cdk from 'aws-cdk-lib/core';
import {
  ContainerImagePolicy, DeletionProtection, DigestPinnedImage, ImageGate, Replication, RetentionRule, SecureRegistry, SecureRepository,
  SecureRepositoryDefaults,
} from 'cdk-secure-repository';

const app = new cdk.App();
ContainerImagePolicy.apply(app, { exceptions: [{ image: 'public.ecr.aws/xray/*', reason: 'shows how' }] });
cdk.PropertyInjectors.of(app).add(new SecureRepositoryDefaults());
const stack = new cdk.Stack(app, 'Errors', { env: { account: '123456789012', region: 'eu-west-1' } });
new ecr.Repository(stack, 'Plain');
const rules = [RetentionRule.keepNewest('*', 10), RetentionRule.keepAll('v*')];
const shop = new SecureRepository(stack, 'Shop', {
  repositoryName: 'shop',
  retention: process.env.MISTAKE === 'dead-rule' ? rules : rules.reverse(),
  deletionProtection: DeletionProtection.exceptFor(process.env.MISTAKE === 'excepted-name' ? 'cleaner' : 'arn:aws:iam::123456789012:role/cleaner'),
});
new SecureRegistry(stack, 'Registry', {
  replication: [Replication.to({ region: process.env.MISTAKE === 'replicated-to-itself' ? 'eu-west-1' : 'us-east-1' })],
});
const image = process.env.MISTAKE === 'bad-digest' ? DigestPinnedImage.fromDigest(shop, 'sha256:abc')
  : process.env.MISTAKE === 'unpinned-image' ? ecs.ContainerImage.fromRegistry('nginx:1.27')
    : process.env.MISTAKE === 'ignored-for-good' ? DigestPinnedImage.fromLookup(shop, 'v9.9.9').gatedBy(ImageGate.scanned({
      ignore: [{ id: 'CVE-2026-12345', reason: 'the parser is not used', until: 'never' }],
    }))
      : process.env.MISTAKE === 'not-kept' ? DigestPinnedImage.fromDigest(shop, `sha256:${'0'.repeat(64)}`).markedAsDeployed()
        : DigestPinnedImage.fromLookup(shop, 'v9.9.9');
new ecs.FargateTaskDefinition(stack, 'Task').addContainer('shop', { image });
app.synth();
