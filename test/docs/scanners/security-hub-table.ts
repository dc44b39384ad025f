import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { markdown } from './page';
import { failedControls, TemplateResource } from './security-hub';
import { SecureRepository, SecureRepositoryProps } from '../../../src';

/** The controls about private repositories, and what each asks for. */
const CONTROLS = [
  ['ECR.1', 'scan on push, or continuous scanning of the registry'],
  ['ECR.2', 'no tag can be moved'],
  ['ECR.3', 'a lifecycle policy'],
  ['ECR.5', 'a key of your own'],
];

interface Judged {
  readonly title: string;
  readonly props?: SecureRepositoryProps;
  readonly keyed?: boolean;
  /** The companion in place of the release repository. */
  readonly companion?: boolean;
}

const COLUMNS: Judged[] = [
  { title: 'release repository' },
  { title: 'with `mutableTags`', props: { mutableTags: ['branch-*'] } },
  { title: 'with `encryptionKey`', keyed: true },
  { title: 'dev companion', companion: true },
  { title: 'dev companion with `encryptionKey`', companion: true, keyed: true },
];

/** Which controls of AWS Security Hub pass, as each documents it. */
export function securityHubTable(): string {
  const failed = COLUMNS.map(column => failedControls(repositoryOf(column)));
  return markdown(['control', 'asks for', ...COLUMNS.map(({ title }) => title)], CONTROLS.map(([control, demand]) =>
    [`\`${control}\``, demand, ...failed.map(controls => controls.includes(control) ? '**fails**' : 'passes')]));
}

function repositoryOf({ props, keyed, companion = false }: Judged): TemplateResource {
  const stack = new Stack(new App(), 'Stack');
  const images = new SecureRepository(stack, 'Images', {
    ...props,
    ...(keyed && { encryptionKey: new kms.Key(stack, 'Key') }),
    ...(companion && { devCompanion: {} }),
  });
  const { defaultChild } = (images.devCompanion ?? images).node;
  return Template.fromStack(stack).toJSON().Resources[stack.getLogicalId(defaultChild as any)];
}
