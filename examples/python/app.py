#!/usr/bin/env python3
from aws_cdk import App, Duration, Environment, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk.aws_ecr_assets import Platform
from aws_cdk.aws_secretsmanager import Secret
from cdk_secure_repository import (
    DevCompanionOptions,
    DigestPinnedImage,
    FindingSeverity,
    ImageGate,
    ImageSigning,
    PullThroughCache,
    RegistryAccess,
    RegistryScanning,
    Replication,
    ReplicationDestination,
    RepositoryTemplate,
    RetentionRule,
    SecureRegistry,
    SecureRepository,
)
from constructs import Construct


class ImagesStack(Stack):
    """Deployed first, and pushed to before the services are deployed."""

    def __init__(self, scope: Construct, id: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)

        self.shop = SecureRepository(
            self,
            "Shop",
            repository_name="shop",
            retention=[
                RetentionRule.keep_deployed(200),
                RetentionRule.expire_untagged(Duration.days(14)),
                RetentionRule.keep_all("v*"),
                RetentionRule.keep_newest("*", 100),
            ],
            dev_companion=DevCompanionOptions(),
        )


class RegistryStack(Stack):
    """What holds for the whole registry of the account and Region, also for repositories that no stack defines."""

    def __init__(self, scope: Construct, id: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)

        self.docker_hub = PullThroughCache.docker_hub(
            Secret.from_secret_complete_arn(
                self,
                "DockerHub",
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ecr-pullthroughcache/docker-hub-AbCdEf",
            )
        )

        SecureRegistry(
            self,
            "Registry",
            scanning=RegistryScanning.enhanced(continuous=["shop*"], on_push=["*"]),
            new_repositories=[
                RepositoryTemplate.for_prefix(
                    "team-a",
                    mutable_tags=["latest"],
                    retention=[RetentionRule.expire_untagged(Duration.days(7)), RetentionRule.keep_newest("*", 50)],
                ),
                RepositoryTemplate.for_all(),
            ],
            pull_through_caches=[self.docker_hub, PullThroughCache.ecr_public()],
            replication=[Replication.to(ReplicationDestination(region="us-east-1"), prefixes=["team-a"])],
            signing=[
                ImageSigning.with_(
                    "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/releases", repositories=["shop*"]
                )
            ],
            access=[RegistryAccess.allow_replication_from("210987654321", prefixes=["team-b"])],
        )


class ServicesStack(Stack):
    def __init__(
        self, scope: Construct, id: str, *, shop: ecr.IRepository, docker_hub: PullThroughCache, **kwargs
    ) -> None:
        super().__init__(scope, id, **kwargs)

        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc)

        # The digests of both containers stand in cdk.context.json.
        web = ecs.FargateTaskDefinition(self, "WebTask")
        web.add_container(
            "web",
            image=DigestPinnedImage.from_lookup(shop, "v1.4.0"),
            logging=ecs.LogDrivers.aws_logs(stream_prefix="web"),
        )
        web.add_container(
            "proxy",
            image=DigestPinnedImage.from_reference(
                "public.ecr.aws/nginx/nginx:1.27",
                require_platforms=[Platform.LINUX_AMD64],
            ),
            logging=ecs.LogDrivers.aws_logs(stream_prefix="proxy"),
            port_mappings=[ecs.PortMapping(container_port=80)],
        )
        ecs.FargateService(self, "Web", cluster=cluster, task_definition=web, min_healthy_percent=100)

        # The digest of this one is looked up while the stack is deployed, and has to pass before anything uses it.
        worker = ecs.FargateTaskDefinition(self, "WorkerTask")
        worker.add_container(
            "worker",
            image=DigestPinnedImage.from_tag(shop, "v1.5.0-rc.1", wait_for_image=Duration.minutes(5))
            .gated_by(ImageGate.scanned(fail_on=FindingSeverity.CRITICAL))
            .marked_as_deployed(),
            command=["worker"],
            logging=ecs.LogDrivers.aws_logs(stream_prefix="worker"),
        )
        # Pulled by its tag once before, as a cache fetches nothing by its digest.
        worker.add_container(
            "queue",
            image=docker_hub.image(self, "library/redis:7.4"),
            logging=ecs.LogDrivers.aws_logs(stream_prefix="queue"),
        )
        ecs.FargateService(self, "Worker", cluster=cluster, task_definition=worker, min_healthy_percent=100)


app = App()
env = Environment(account="123456789012", region="eu-west-1")
images = ImagesStack(app, "Images", env=env)
registry = RegistryStack(app, "Registry", env=env)
ServicesStack(app, "Services", env=env, shop=images.shop, docker_hub=registry.docker_hub)
app.synth()
