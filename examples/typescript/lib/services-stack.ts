import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as cdk from 'aws-cdk-lib/core';
import { DigestPinnedImage, FindingSeverity, ImageGate, PullThroughCache } from 'cdk-secure-repository';
import { Construct } from 'constructs';

export interface ServicesStackProps extends cdk.StackProps {
  readonly shop: ecr.IRepository;
  readonly dockerHub: PullThroughCache;
}

export class ServicesStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: ServicesStackProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });

    // The digests of both containers stand in cdk.context.json.
    const web = new ecs.FargateTaskDefinition(this, 'WebTask');
    web.addContainer('web', {
      image: DigestPinnedImage.fromLookup(props.shop, 'v1.4.0'),
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'web' }),
    });
    web.addContainer('proxy', {
      image: DigestPinnedImage.fromReference('public.ecr.aws/nginx/nginx:1.27', {
        requirePlatforms: [Platform.LINUX_AMD64],
      }),
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'proxy' }),
      portMappings: [{ containerPort: 80 }],
    });
    new ecs.FargateService(this, 'Web', { cluster, taskDefinition: web, minHealthyPercent: 100 });

    // The digest of this one is looked up while the stack is deployed, and has to pass before anything uses it.
    const worker = new ecs.FargateTaskDefinition(this, 'WorkerTask');
    worker.addContainer('worker', {
      image: DigestPinnedImage.fromTag(props.shop, 'v1.5.0-rc.1', { waitForImage: cdk.Duration.minutes(5) })
        .gatedBy(ImageGate.scanned({ failOn: FindingSeverity.CRITICAL }))
        .markedAsDeployed(),
      command: ['worker'],
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'worker' }),
    });
    // Pulled by its tag once before, as a cache fetches nothing by its digest.
    worker.addContainer('queue', {
      image: props.dockerHub.image(this, 'library/redis:7.4'),
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'queue' }),
    });
    new ecs.FargateService(this, 'Worker', { cluster, taskDefinition: worker, minHealthyPercent: 100 });
  }
}
