package com.example.shop;

import io.github.cdksecurerepository.DevCompanionOptions;
import io.github.cdksecurerepository.RetentionRule;
import io.github.cdksecurerepository.SecureRepository;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** Deployed first, and pushed to before the services are deployed. */
public class ImagesStack extends Stack {
    private final SecureRepository shop;

    public ImagesStack(final Construct scope, final String id, final StackProps props) {
        super(scope, id, props);

        shop = SecureRepository.Builder.create(this, "Shop")
                .repositoryName("shop")
                .retention(List.of(
                        RetentionRule.keepDeployed(200),
                        RetentionRule.expireUntagged(Duration.days(14)),
                        RetentionRule.keepAll("v*"),
                        RetentionRule.keepNewest("*", 100)))
                .devCompanion(DevCompanionOptions.builder().build())
                .build();
    }

    public SecureRepository getShop() {
        return shop;
    }
}
