/**
 * The app that scanners judge, with the rule packs of cdk-nag. It runs with the newest CDK, in a copy of the project.
 * The arguments are the folder for the assembly, and whether to accept the findings as docs/scanners.md says.
 */
import { createRequire } from 'node:module';
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { COLUMNS, CONTROL } from './columns';
import { reasonsFor } from './reasons';
import {
  CustomResourceFunctions, DeletionProtection, DigestPinnedImage, ImageGate, ImageSigning, PullThroughCache, RegistryAccess, RegistryScanning,
  Replication, RepositoryTemplate, SecureRegistry, SecureRepository,
} from '../../../src';

/** What is newer than what the project is compiled with, or not in it. */
const load = createRequire(__filename);
const { Validations } = cdk as unknown as { Validations: { of(scope: cdk.App): { addPlugins(...plugins: unknown[]): void } } };
const nag = load('cdk-nag') as Record<string, new (app: cdk.App) => unknown>;
const PACKS = ['AwsSolutionsChecks', 'HIPAASecurityChecks', 'NIST80053R5Checks', 'PCIDSS321Checks'];

const SIGNING_PROFILE = 'arn:aws:signer:eu-west-1:123456789012:/signing-profiles/releases';
const DIGEST = `sha256:${'0'.repeat(64)}`;

const [outdir, accept] = process.argv.slice(2);

const app = new cdk.App({ outdir, context: { '@aws-cdk/core:failSynthOnValidationErrors': false, 'aws:cdk:enable-path-metadata': true } });
Validations.of(app).addPlugins(...PACKS.map(pack => new nag[pack](app)));

new SecureRepository(new cdk.Stack(app, 'Release'), 'Images');

new SecureRepository(new cdk.Stack(app, 'MutableTags'), 'Images', { mutableTags: ['branch-*'] });

const encrypted = new cdk.Stack(app, 'Encrypted');
new SecureRepository(encrypted, 'Images', { encryptionKey: new kms.Key(encrypted, 'Key', { enableKeyRotation: true }) });

new SecureRepository(new cdk.Stack(app, 'Protected'), 'Images', {
  deletionProtection: DeletionProtection.exceptFor('arn:aws:iam::111122223333:role/release-*'),
});

new SecureRepository(new cdk.Stack(app, 'Companion'), 'Images', { devCompanion: {} });

const resolver = new cdk.Stack(app, 'Resolver');
pinIn(resolver);

const gates = new cdk.Stack(app, 'Gates');
DigestPinnedImage.fromDigest(apiIn(gates), DIGEST)
  .gatedBy(ImageGate.scanned(), ImageGate.signedBy(SIGNING_PROFILE))
  .pinTo(gates);

const marks = new cdk.Stack(app, 'Marks');
DigestPinnedImage.fromDigest(apiIn(marks), DIGEST).markedAsDeployed().pinTo(marks);

const configured = new cdk.Stack(app, 'Configured');
const key = new kms.Key(configured, 'Key', { enableKeyRotation: true });
CustomResourceFunctions.configure(configured, {
  vpc: new ec2.Vpc(configured, 'Vpc'),
  logGroup: new logs.LogGroup(configured, 'Logs', { encryptionKey: key, retention: logs.RetentionDays.TWO_YEARS }),
  environmentEncryption: key,
  reservedConcurrentExecutions: 10,
});
pinIn(configured);

const registry = new cdk.Stack(app, 'Registry');
new SecureRegistry(registry, 'Registry', {
  scanning: RegistryScanning.enhanced({ continuous: ['prod/*'], onPush: ['*'] }),
  newRepositories: [
    RepositoryTemplate.forPrefix('team-a', {
      mutableTags: ['latest'],
      resourceTags: { team: 'a' },
      encryptionKey: new kms.Key(registry, 'Key', { enableKeyRotation: true }),
    }),
    RepositoryTemplate.forAll({ resourceTags: { team: 'platform' } }),
  ],
  pullThroughCaches: [
    PullThroughCache.ecrPublic(),
    PullThroughCache.dockerHub(secretsmanager.Secret.fromSecretNameV2(registry, 'DockerHub', 'ecr-pullthroughcache/docker-hub')),
  ],
  replication: [Replication.to({ region: 'us-east-1' }, { prefixes: ['team-a'] }), Replication.to({ region: 'eu-west-1', account: '210987654321' })],
  signing: [ImageSigning.with(SIGNING_PROFILE, { repositories: ['prod/*'] })],
  access: [RegistryAccess.allowReplicationFrom('210987654321', { prefixes: ['team-b'] })],
});

const control = new cdk.Stack(app, CONTROL);
new ecr.CfnRepository(control, 'Images', {
  imageTagMutability: 'SOMETIMES',
  repositoryPolicyText: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:*' }] },
});
new logs.CfnLogGroup(control, 'Logs');
new cdk.CfnResource(control, 'Signing', { type: 'AWS::ECR::SigningConfiguration', properties: { Rules: [{ SigningProfile: SIGNING_PROFILE }] } });

if (accept === 'accept') {
  const { acceptFindings } = load('./pages/accept-findings') as { acceptFindings(construct: IConstruct, reasons: Record<string, string>): void };
  for (const { name, path } of COLUMNS) {
    const construct = path.split('/').reduce((scope: IConstruct, id) => scope.node.findChild(id), app);
    acceptFindings(construct, reasonsFor(name));
  }
}

app.synth();

function pinIn(stack: cdk.Stack): void {
  DigestPinnedImage.fromTag(apiIn(stack), 'v1.2.3').pinTo(stack);
}

function apiIn(stack: cdk.Stack): ecr.IRepository {
  return ecr.Repository.fromRepositoryName(stack, 'Images', 'api');
}
