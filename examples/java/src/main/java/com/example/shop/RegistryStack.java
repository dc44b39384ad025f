package com.example.shop;

import io.github.cdksecurerepository.EnhancedScanningOptions;
import io.github.cdksecurerepository.ImageSigning;
import io.github.cdksecurerepository.ImageSigningOptions;
import io.github.cdksecurerepository.PullThroughCache;
import io.github.cdksecurerepository.RegistryAccess;
import io.github.cdksecurerepository.RegistryScanning;
import io.github.cdksecurerepository.Replication;
import io.github.cdksecurerepository.ReplicationAccessOptions;
import io.github.cdksecurerepository.ReplicationDestination;
import io.github.cdksecurerepository.ReplicationOptions;
import io.github.cdksecurerepository.RepositoryTemplate;
import io.github.cdksecurerepository.RepositoryTemplateOptions;
import io.github.cdksecurerepository.RetentionRule;
import io.github.cdksecurerepository.SecureRegistry;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.constructs.Construct;

/** What holds for the whole registry of the account and Region, also for repositories that no stack defines. */
public class RegistryStack extends Stack {
    private final PullThroughCache dockerHub;

    public RegistryStack(final Construct scope, final String id, final StackProps props) {
        super(scope, id, props);

        dockerHub = PullThroughCache.dockerHub(Secret.fromSecretCompleteArn(this, "DockerHub",
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ecr-pullthroughcache/docker-hub-AbCdEf"));

        SecureRegistry.Builder.create(this, "Registry")
                .scanning(RegistryScanning.enhanced(
                        EnhancedScanningOptions.builder().continuous(List.of("shop*")).onPush(List.of("*")).build()))
                .newRepositories(List.of(
                        RepositoryTemplate.forPrefix("team-a", RepositoryTemplateOptions.builder()
                                .mutableTags(List.of("latest"))
                                .retention(List.of(
                                        RetentionRule.expireUntagged(Duration.days(7)), RetentionRule.keepNewest("*", 50)))
                                .build()),
                        RepositoryTemplate.forAll()))
                .pullThroughCaches(List.of(dockerHub, PullThroughCache.ecrPublic()))
                .replication(List.of(Replication.to(
                        ReplicationDestination.builder().region("us-east-1").build(),
                        ReplicationOptions.builder().prefixes(List.of("team-a")).build())))
                .signing(List.of(ImageSigning.with(
                        "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/releases",
                        ImageSigningOptions.builder().repositories(List.of("shop*")).build())))
                .access(List.of(RegistryAccess.allowReplicationFrom(
                        "210987654321", ReplicationAccessOptions.builder().prefixes(List.of("team-b")).build())))
                .build();
    }

    public PullThroughCache getDockerHub() {
        return dockerHub;
    }
}
