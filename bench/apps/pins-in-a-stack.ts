import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { DigestPinnedImage, ImageGate } from 'cdk-secure-repository';
import { digestByCustomResource } from './digest-by-custom-resource';

const fixed = (repository: ecr.IRepository, tag: string) =>
  DigestPinnedImage.fromDigest(repository, `sha256:${createHash('sha256').update(tag).digest('hex')}`);

const KINDS: Record<string, (repository: ecr.IRepository, tag: string) => void> = {
  'fixed': (repository, tag) => fixed(repository, tag).pinTo(repository.stack),
  'gated': (repository, tag) => fixed(repository, tag).gatedBy(ImageGate.scanned()).pinTo(repository.stack),
  'gated-and-marked': (repository, tag) => fixed(repository, tag).gatedBy(ImageGate.scanned()).markedAsDeployed().pinTo(repository.stack),
  'looked-up': (repository, tag) => DigestPinnedImage.fromLookup(repository, tag).pinTo(repository.stack),
  'deploy-time': (repository, tag) => DigestPinnedImage.fromTag(repository, tag).pinTo(repository.stack),
  'by-hand': digestByCustomResource,
};

/** The template of a stack with a number of pins, spread over a number of repositories, also where CloudFormation would refuse it. */
export function templateWith(kind: string, pins: number, repositories: number): string {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-template-'));
  try {
    const app = new App({ outdir, analyticsReporting: false, context: { '@aws-cdk/core:stackResourceLimit': 0 } });
    const stack = new Stack(app, 'Services', { env: { account: '111111111111', region: 'eu-west-1' } });
    const all = Array.from({ length: repositories }, (_, i) => ecr.Repository.fromRepositoryName(stack, `Repository${i}`, `team/service-${i}`));
    for (let i = 0; i < pins; i++) {
      KINDS[kind](all[i % repositories], `v1.${Math.floor(i / repositories)}`);
    }
    return readFileSync(app.synth().getStackArtifact(stack.artifactId).templateFullPath, 'utf8');
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

if (require.main === module) {
  const [kind, pins, repositories] = process.argv.slice(2);
  console.log(JSON.stringify(templateWith(kind, Number(pins), Number(repositories))));
}
