package com.example.shop;

import io.github.cdksecurerepository.DigestPinnedImage;
import io.github.cdksecurerepository.FindingSeverity;
import io.github.cdksecurerepository.ImageGate;
import io.github.cdksecurerepository.PullThroughCache;
import io.github.cdksecurerepository.ReferencePinOptions;
import io.github.cdksecurerepository.ScannedGateOptions;
import io.github.cdksecurerepository.TagPinOptions;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecr.IRepository;
import software.amazon.awscdk.services.ecr.assets.Platform;
import software.amazon.awscdk.services.ecs.AwsLogDriverProps;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.amazon.awscdk.services.ecs.LogDriver;
import software.amazon.awscdk.services.ecs.LogDrivers;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.constructs.Construct;

public class ServicesStack extends Stack {
    public ServicesStack(final Construct scope, final String id, final StackProps props,
            final IRepository shop, final PullThroughCache dockerHub) {
        super(scope, id, props);

        Vpc vpc = Vpc.Builder.create(this, "Vpc").maxAzs(2).natGateways(1).build();
        Cluster cluster = Cluster.Builder.create(this, "Cluster").vpc(vpc).build();

        // The digests of both containers stand in cdk.context.json.
        FargateTaskDefinition web = new FargateTaskDefinition(this, "WebTask");
        web.addContainer("web", ContainerDefinitionOptions.builder()
                .image(DigestPinnedImage.fromLookup(shop, "v1.4.0"))
                .logging(logs("web"))
                .build());
        web.addContainer("proxy", ContainerDefinitionOptions.builder()
                .image(DigestPinnedImage.fromReference("public.ecr.aws/nginx/nginx:1.27",
                        ReferencePinOptions.builder().requirePlatforms(List.of(Platform.LINUX_AMD64)).build()))
                .logging(logs("proxy"))
                .portMappings(List.of(PortMapping.builder().containerPort(80).build()))
                .build());
        FargateService.Builder.create(this, "Web").cluster(cluster).taskDefinition(web).minHealthyPercent(100).build();

        // The digest of this one is looked up while the stack is deployed, and has to pass before anything uses it.
        FargateTaskDefinition worker = new FargateTaskDefinition(this, "WorkerTask");
        worker.addContainer("worker", ContainerDefinitionOptions.builder()
                .image(DigestPinnedImage.fromTag(shop, "v1.5.0-rc.1",
                        TagPinOptions.builder().waitForImage(Duration.minutes(5)).build())
                        .gatedBy(ImageGate.scanned(ScannedGateOptions.builder().failOn(FindingSeverity.CRITICAL).build()))
                        .markedAsDeployed())
                .command(List.of("worker"))
                .logging(logs("worker"))
                .build());
        // Pulled by its tag once before, as a cache fetches nothing by its digest.
        worker.addContainer("queue", ContainerDefinitionOptions.builder()
                .image(dockerHub.image(this, "library/redis:7.4"))
                .logging(logs("queue"))
                .build());
        FargateService.Builder.create(this, "Worker").cluster(cluster).taskDefinition(worker).minHealthyPercent(100).build();
    }

    private static LogDriver logs(final String streamPrefix) {
        return LogDrivers.awsLogs(AwsLogDriverProps.builder().streamPrefix(streamPrefix).build());
    }
}
