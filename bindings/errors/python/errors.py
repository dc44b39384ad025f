import os

from aws_cdk import App, Environment, PropertyInjectors, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from cdk_secure_repository import (
    ContainerImageException,
    ContainerImagePolicy,
    DeletionProtection,
    DigestPinnedImage,
    IgnoredFinding,
    ImageGate,
    Replication,
    ReplicationDestination,
    RetentionRule,
    SecureRegistry,
    SecureRepository,
    SecureRepositoryDefaults,
)

mistake = os.environ["MISTAKE"]
app = App()
ContainerImagePolicy.apply(
    app,
    exceptions=[
        ContainerImageException(image="public.ecr.aws/xray/*", reason="shows how")
    ],
)
PropertyInjectors.of(app).add(SecureRepositoryDefaults())
stack = Stack(app, "Errors", env=Environment(account="123456789012", region="eu-west-1"))
ecr.Repository(stack, "Plain")
rules = [RetentionRule.keep_newest("*", 10), RetentionRule.keep_all("v*")]
shop = SecureRepository(
    stack,
    "Shop",
    repository_name="shop",
    retention=rules if mistake == "dead-rule" else rules[::-1],
    deletion_protection=DeletionProtection.except_for(
        "cleaner"
        if mistake == "excepted-name"
        else "arn:aws:iam::123456789012:role/cleaner"
    ),
)
region = "eu-west-1" if mistake == "replicated-to-itself" else "us-east-1"
SecureRegistry(
    stack,
    "Registry",
    replication=[Replication.to(ReplicationDestination(region=region))],
)
if mistake == "bad-digest":
    image = DigestPinnedImage.from_digest(shop, "sha256:abc")
elif mistake == "unpinned-image":
    image = ecs.ContainerImage.from_registry("nginx:1.27")
elif mistake == "ignored-for-good":
    image = DigestPinnedImage.from_lookup(shop, "v9.9.9").gated_by(
        ImageGate.scanned(
            ignore=[
                IgnoredFinding(
                    id="CVE-2026-12345", reason="the parser is not used", until="never"
                )
            ]
        )
    )
elif mistake == "not-kept":
    digest = "sha256:" + "0" * 64
    image = DigestPinnedImage.from_digest(shop, digest).marked_as_deployed()
else:
    image = DigestPinnedImage.from_lookup(shop, "v9.9.9")
ecs.FargateTaskDefinition(stack, "Task").add_container("shop", image=image)
app.synth()
