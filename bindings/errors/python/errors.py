import os

from aws_cdk import App, Environment, Stack
from aws_cdk import aws_ecs as ecs
from cdk_secure_repository import DigestPinnedImage, RetentionRule, SecureRepository

mistake = os.environ["MISTAKE"]
app = App()
stack = Stack(app, "Errors", env=Environment(account="123456789012", region="eu-west-1"))
rules = [RetentionRule.keep_newest("*", 10), RetentionRule.keep_all("v*")]
shop = SecureRepository(
    stack,
    "Shop",
    repository_name="shop",
    retention=rules if mistake == "dead-rule" else rules[::-1],
)
if mistake == "bad-digest":
    image = DigestPinnedImage.from_digest(shop, "sha256:abc")
else:
    image = DigestPinnedImage.from_lookup(shop, "v9.9.9")
ecs.FargateTaskDefinition(stack, "Task").add_container("shop", image=image)
app.synth()
