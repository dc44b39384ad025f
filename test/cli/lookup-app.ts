import { bundleApp } from './bundled-app';

/**
 * An app as a user writes it: it pins TAGS of REPOSITORY, or the tag that the CDK looks up in TAG_PARAMETER, for PLATFORM and with EXTERNAL_ID
 * of the lookup role where these are set, in a stack for each of REGIONS.
 */
const APP = `
  import { App, CfnOutput, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
  import { Repository } from 'aws-cdk-lib/aws-ecr';
  import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
  import { StringParameter } from 'aws-cdk-lib/aws-ssm';
  import { DigestPinnedImage } from './src';

  const defaultStackSynthesizer = new DefaultStackSynthesizer({ lookupRoleExternalId: process.env.EXTERNAL_ID });
  const app = new App({ analyticsReporting: false, defaultStackSynthesizer });
  const regions = (process.env.REGIONS ?? 'eu-west-1').split(' ');
  for (const region of regions) {
    const id = region === regions[0] ? 'Stack' : 'Stack-' + region;
    const stack = new Stack(app, id, { env: { account: '123456789012', region } });
    const repository = Repository.fromRepositoryName(stack, 'Repository', process.env.REPOSITORY!);
    const platform = process.env.PLATFORM ? Platform.custom(process.env.PLATFORM) : undefined;
    const tags = process.env.TAG_PARAMETER ? [StringParameter.valueFromLookup(stack, process.env.TAG_PARAMETER)] : process.env.TAGS!.split(' ');
    for (const tag of tags) {
      new CfnOutput(stack, 'Digest' + tags.indexOf(tag), { value: DigestPinnedImage.fromLookup(repository, tag, { platform }).pinTo(stack).digest });
    }
  }
`;

export function buildLookupApp(outfile: string): void {
  bundleApp(APP, outfile);
}
