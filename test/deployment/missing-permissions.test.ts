import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Cloud, ENV } from './cloud';
import { existing, service } from './service';
import { withoutAction } from './without-action';
import { ScanSetting } from '../../emulator/ecr-scans';
import { basicScan, enhancedScan } from '../../emulator/scan-findings';
import { DigestPinnedImage, ImageGate } from '../../src';
import { OTHER_ACCOUNT } from '../shared-emulators';

/** What a deployment says when the functions of gates and of `markedAsDeployed` may not do something. */

const cloud = new Cloud();

const PROFILE = `arn:aws:signer:${ENV.region}:${ENV.account}:/signing-profiles/releases`;

const GATES = 'CdkSecureRepositoryImageGates';
const MARKS = 'CdkSecureRepositoryDeployedImages';

type Require = (image: DigestPinnedImage) => DigestPinnedImage;
type Scan = Pick<ScanSetting, 'answers' | 'onStart'>;

const scanned: Require = image => image.gatedBy(ImageGate.scanned());
const signed: Require = image => image.gatedBy(ImageGate.signedBy(PROFILE));
const marked: Require = image => image.markedAsDeployed();
const BASIC: Scan = { answers: [basicScan()] };
const ENHANCED: Scan = { answers: [enhancedScan()] };

/** The end of the command that advice has. */
const about = (repositoryName: string) => `--registry-id ${ENV.account} --region ${ENV.region} --repository-name ${repositoryName}`;

/** Deploys an image with a function that may not do one thing. */
async function refusalWithout(
  action: string, role: string, repositoryName: string, require: Require, scan: Scan,
): Promise<{ output: string; name: string }> {
  await cloud.repository(repositoryName);
  const { digest } = await cloud.push(repositoryName, '1.0.0');
  await cloud.setScan({ repositoryName, imageDigest: digest, ...scan });
  const id = `Missing${action.split(':')[1]}${role === MARKS ? 'Mark' : ''}`;
  const output = await cloud.deployInVain(app => {
    const stack = service(app, id, scope => require(DigestPinnedImage.fromDigest(existing(scope, repositoryName), digest)));
    withoutAction(stack, role, action);
  });
  expect(await cloud.stack(id)).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
  expect(await cloud.events(id, 'AWS::ECS::TaskDefinition')).toEqual([]);
  return { output, name: `'${repositoryName}@${digest}' (account ${ENV.account}, Region ${ENV.region})` };
}

test.concurrent.each<[string, string, string, Require, Scan]>([
  ['ecr:BatchGetImage', GATES, 'missing-get', scanned, BASIC],
  ['ecr:DescribeImageScanFindings', GATES, 'missing-describe', scanned, BASIC],
  ['ecr:StartImageScan', GATES, 'missing-start', scanned, { ...BASIC, onStart: true }],
  ['ecr:DescribeImageSigningStatus', GATES, 'missing-signing', signed, BASIC],
  ['ecr:BatchGetImage', MARKS, 'missing-get-mark', marked, BASIC],
  ['ecr:PutImage', MARKS, 'missing-put-mark', marked, BASIC],
])('without %s, a function of %s is denied, and says so', async (action, role, repositoryName, require, scan) => {
  const { output, name } = await refusalWithout(action, role, repositoryName, require, scan);
  expect(output).toContain(`${action} for ${name} is denied (User: arn:aws:`);
  expect(output).toContain(`aws ecr get-repository-policy ${about(repositoryName)}`);
});

test.concurrent.each([
  ['inspector2:ListCoverage', 'missing-coverage'],
  ['inspector2:ListFindings', 'missing-findings'],
])('without %s, findings of Amazon Inspector are denied, and that says so', async (action, repositoryName) => {
  const { output, name } = await refusalWithout(action, GATES, repositoryName, scanned, ENHANCED);
  expect(output).toContain(`ecr:DescribeImageScanFindings for ${name} is denied`);
  expect(output).toContain(`is not authorized to perform: ${action}`);
});

test.concurrent('without sts:AssumeRole, a role of another account is not assumed, and that says so', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const output = await cloud.deployInVain(app => {
    const stack = service(app, 'MissingAssumeRole', scope => {
      const repository = ecr.Repository.fromRepositoryArn(scope, 'Repository', `arn:aws:ecr:${ENV.region}:${OTHER_ACCOUNT}:repository/missing-assume`);
      const role = Role.fromRoleArn(scope, 'Reader', `arn:aws:iam::${OTHER_ACCOUNT}:role/missing-assume`);
      return DigestPinnedImage.fromDigest(repository, digest).gatedBy(ImageGate.scanned({ role }));
    });
    withoutAction(stack, GATES, 'sts:AssumeRole');
  });
  expect(output).toContain('is not authorized to perform: sts:AssumeRole');
  expect(output).toContain(`; let the function assume arn:aws:iam::${OTHER_ACCOUNT}:role/missing-assume, by that role's trust policy too, and that role do what the gate asks, `
    + 'see: aws iam get-role --role-name missing-assume');
});
