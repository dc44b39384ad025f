package com.example.shop;

import io.github.cdksecurerepository.ContainerImageException;
import io.github.cdksecurerepository.ContainerImagePolicy;
import io.github.cdksecurerepository.ContainerImagePolicyProps;
import io.github.cdksecurerepository.DeletionProtection;
import io.github.cdksecurerepository.DigestPinnedImage;
import io.github.cdksecurerepository.IgnoredFinding;
import io.github.cdksecurerepository.ImageGate;
import io.github.cdksecurerepository.Replication;
import io.github.cdksecurerepository.ReplicationDestination;
import io.github.cdksecurerepository.RetentionRule;
import io.github.cdksecurerepository.ScannedGateOptions;
import io.github.cdksecurerepository.SecureRegistry;
import io.github.cdksecurerepository.SecureRepository;
import io.github.cdksecurerepository.SecureRepositoryDefaults;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.PropertyInjectors;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;

public final class Errors {
    public static void main(final String[] args) {
        String mistake = System.getenv("MISTAKE");
        App app = new App();
        ContainerImagePolicy.apply(app, ContainerImagePolicyProps.builder()
                .exceptions(List.of(ContainerImageException.builder().image("public.ecr.aws/xray/*").reason("shows how").build()))
                .build());
        PropertyInjectors.of(app).add(new SecureRepositoryDefaults());
        Stack stack = Stack.Builder.create(app, "Errors")
                .env(Environment.builder().account("123456789012").region("eu-west-1").build())
                .build();
        new Repository(stack, "Plain");
        RetentionRule newest = RetentionRule.keepNewest("*", 10);
        RetentionRule releases = RetentionRule.keepAll("v*");
        SecureRepository shop = SecureRepository.Builder.create(stack, "Shop")
                .repositoryName("shop")
                .retention("dead-rule".equals(mistake) ? List.of(newest, releases) : List.of(releases, newest))
                .deletionProtection(DeletionProtection.exceptFor(
                        "excepted-name".equals(mistake) ? "cleaner" : "arn:aws:iam::123456789012:role/cleaner"))
                .build();
        SecureRegistry.Builder.create(stack, "Registry")
                .replication(List.of(Replication.to(ReplicationDestination.builder()
                        .region("replicated-to-itself".equals(mistake) ? "eu-west-1" : "us-east-1").build())))
                .build();
        ContainerImage image = "bad-digest".equals(mistake)
                ? DigestPinnedImage.fromDigest(shop, "sha256:abc")
                : "unpinned-image".equals(mistake)
                        ? ContainerImage.fromRegistry("nginx:1.27")
                        : "ignored-for-good".equals(mistake)
                                ? DigestPinnedImage.fromLookup(shop, "v9.9.9").gatedBy(ImageGate.scanned(ScannedGateOptions.builder()
                                        .ignore(List.of(IgnoredFinding.builder()
                                                .id("CVE-2026-12345").reason("the parser is not used").until("never").build()))
                                        .build()))
                                : "not-kept".equals(mistake)
                                        ? DigestPinnedImage.fromDigest(shop, "sha256:" + "0".repeat(64)).markedAsDeployed()
                                        : DigestPinnedImage.fromLookup(shop, "v9.9.9");
        new FargateTaskDefinition(stack, "Task")
                .addContainer("shop", ContainerDefinitionOptions.builder().image(image).build());
        app.synth();
    }
}
