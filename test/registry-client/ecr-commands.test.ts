import { ecrCommands } from '../../src/registry-client/ecr-commands';

test('commands name account, Region, repository and image', () => {
  const about = '--registry-id 123456789012 --region eu-west-1';
  expect(ecrCommands({ account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' }, 'v1')).toEqual({
    listRepositories: `aws ecr describe-repositories ${about}`,
    showPolicy: `aws ecr get-repository-policy ${about} --repository-name team/api`,
    listImages: `aws ecr list-images ${about} --repository-name team/api`,
    showImage: `aws ecr describe-images ${about} --repository-name team/api --image-ids imageTag=v1`,
    restoreImage: `aws ecr update-image-storage-class ${about} --repository-name team/api --image-id imageTag=v1 --target-storage-class STANDARD`,
    showFindings: `aws ecr describe-image-scan-findings ${about} --repository-name team/api --image-id imageTag=v1`,
    showSignatures: `aws ecr describe-image-signing-status ${about} --repository-name team/api --image-id imageTag=v1`,
    showScanning: 'aws ecr get-registry-scanning-configuration --region eu-west-1',
    showSigning: 'aws ecr get-signing-configuration --region eu-west-1',
  });
});

test('an image is named by its digest too', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const { showImage, showFindings } = ecrCommands({ account: '123456789012', region: 'eu-west-1', repositoryName: 'team/api' }, digest);
  expect(showImage).toMatch(new RegExp(` --image-ids imageDigest=${digest}$`));
  expect(showFindings).toMatch(new RegExp(` --image-id imageDigest=${digest}$`));
});
