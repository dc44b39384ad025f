"""The settings of private registries for MiniStack's CloudFormation, which knows none of their types: an account has a registry in each Region.

The policy and replication behave as AWS's handlers do (https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-ecr), templates and
caches as ECR's API does. What AWS does with a scanning or a signing configuration that is there is not published: here one is overwritten, and
the other refused.
"""

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import changesets, provisioners

settings = {}
calls = []


class Setting:
    """A type of resource: one in a registry, or one for each value of a property that is its key."""

    def __init__(self, name, key=None, create_only=(), overwrites=False):
        self.type = f"AWS::ECR::{name}"
        self.key = key
        self.create_only = create_only
        self.overwrites = overwrites

    def create(self, logical_id, props, stack_name):
        identifier = props[self.key] if self.key else get_account_id()
        if self.is_set(identifier) and not self.overwrites:
            raise ValueError(f"Resource of type '{self.type}' with identifier '{identifier}' already exists. (HandlerErrorCode: AlreadyExists)")
        return self.put("Create", identifier, props)

    def update(self, identifier, old_props, new_props, stack_name):
        return self.put("Update", identifier, new_props)

    def delete(self, identifier, props):
        if not self.is_set(identifier):
            raise ValueError(f"{self.missing(identifier)} (HandlerErrorCode: NotFound)")
        self.put("Delete", identifier, None)

    def adopt(self, identifier):
        identifier = identifier[self.key or "RegistryId"]
        return self.put("Import", identifier, settings[self.place(identifier)])

    def import_problem(self, identifier):
        return None if self.is_set(identifier) else self.missing(identifier)

    def put(self, operation, identifier, props):
        place = self.place(identifier)
        calls.append((*place, operation))
        settings[place] = props
        return identifier, {}

    def is_set(self, identifier):
        props = settings.get(self.place(identifier))
        return props is not None and props != {"ReplicationConfiguration": {"Rules": []}}

    def place(self, identifier):
        return get_account_id(), get_region(), self.type, identifier

    def missing(self, identifier):
        return f"Resource of type '{self.type}' with identifier '{identifier}' was not found."


CACHE_PROPERTIES = ("CredentialArn", "CustomRoleArn", "EcrRepositoryPrefix", "UpstreamRegistry", "UpstreamRegistryUrl", "UpstreamRepositoryPrefix")

SETTINGS = [
    Setting("RegistryPolicy"),
    Setting("RegistryScanningConfiguration", overwrites=True),
    Setting("ReplicationConfiguration"),
    Setting("SigningConfiguration"),
    Setting("RepositoryCreationTemplate", key="Prefix", create_only=("Prefix",)),
    Setting("PullThroughCacheRule", key="EcrRepositoryPrefix", create_only=CACHE_PROPERTIES),
]


def install():
    for one in SETTINGS:
        provisioners._RESOURCE_HANDLERS[one.type] = {"create": one.create, "update": one.update, "delete": one.delete, "import": one.adopt}
        provisioners._REPLACING_PROPERTIES[one.type] = one.create_only
        changesets._IMPORT_LOOKUPS[one.type] = ((one.key or "RegistryId",), one.import_problem)


def registry(account, region):
    """What is set in a registry, and what CloudFormation has done there, oldest first."""
    return {
        "settings": [
            {"type": place[2], "identifier": place[3], "properties": props}
            for place, props in settings.items() if place[:2] == (account, region) and props is not None
        ],
        "calls": [f"{operation} {type} {identifier}" for *place, type, identifier, operation in calls if place == [account, region]],
    }
