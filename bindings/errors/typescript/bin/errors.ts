import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as cdk from 'aws-cdk-lib/core';
import { DigestPinnedImage, RetentionRule, SecureRepository } from 'cdk-secure-repository';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Errors', { env: { account: '123456789012', region: 'eu-west-1' } });
const rules = [RetentionRule.keepNewest('*', 10), RetentionRule.keepAll('v*')];
const shop = new SecureRepository(stack, 'Shop', {
  repositoryName: 'shop',
  retention: process.env.MISTAKE === 'dead-rule' ? rules : rules.reverse(),
});
const image = process.env.MISTAKE === 'bad-digest' ? DigestPinnedImage.fromDigest(shop, 'sha256:abc') : DigestPinnedImage.fromLookup(shop, 'v9.9.9');
new ecs.FargateTaskDefinition(stack, 'Task').addContainer('shop', { image });
app.synth();
