import { CreateRepositoryCommand, DescribeImageScanFindingsCommand, ImageScanFindings, StartImageScanCommand } from '@aws-sdk/client-ecr';
import { emulatorClients } from '../../emulator/clients';
import { awsJson } from '../../emulator/ecr-answer';
import { pushImage, singleManifest } from '../../emulator/images';
import { basicFinding, basicScan } from '../../emulator/scan-findings';
import { emptyMoto } from '../shared-emulators';

/** The names of all members, with those of list elements as `findings.0.name`. */
function membersOf(value: unknown, path: string[] = []): string[] {
  return value instanceof Object && !(value instanceof Date)
    ? Object.entries(value).flatMap(([name, member]) => membersOf(member, [...path, name])) : [path.join('.')];
}

function keysOf({ findings }: ImageScanFindings): string[] {
  return findings![0].attributes!.map(({ key }) => key!);
}

test('basic findings have what moto gives them, and come back from it as they are', async () => {
  const { endpoint } = await emptyMoto();
  const { ecr } = emulatorClients(endpoint);
  const image = singleManifest('scanned');
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'scanned' }));
  await pushImage(ecr, 'scanned', image, '1.0.0');
  const asked = { repositoryName: 'scanned', imageId: { imageDigest: image.digest } };
  const ask = async () => ecr.send(new DescribeImageScanFindingsCommand(asked));
  await expect(ask()).rejects.toMatchObject({ name: 'ScanNotFoundException' });
  expect(await ecr.send(new StartImageScanCommand(asked))).toMatchObject({ imageScanStatus: { status: 'IN_PROGRESS' } });
  await expect(ecr.send(new StartImageScanCommand(asked))).rejects.toMatchObject({ name: 'LimitExceededException' });

  const ofMoto = await ask();
  const ours = basicScan(basicFinding());
  expect(ours.imageScanStatus).toEqual(ofMoto.imageScanStatus);
  expect(membersOf(ours.imageScanFindings)).toEqual(expect.arrayContaining(membersOf(ofMoto.imageScanFindings)));
  expect(keysOf(ours.imageScanFindings!).slice(0, 2)).toEqual(keysOf(ofMoto.imageScanFindings!).slice(0, 2));

  await fetch(`${endpoint}/moto-api/static/ecr/scan-finding-results`, {
    method: 'POST', body: awsJson({ region: 'eu-west-1', results: [{ ...asked, ...ours }] }),
  });
  expect(await ask()).toMatchObject(ours);
});
