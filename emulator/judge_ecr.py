"""Asks ECR what the argument says, by another SDK than ours, and says how the answers differ from AWS's model of them."""

import json
import sys

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import get_session
from botocore.validate import ParamValidator

# Of all services, and in no model.
COMMON_ERRORS = ["AccessDeniedException", "ThrottlingException"]


def outside(shape, value, path):
    """What botocore itself does not look at: keys and values that an enumeration does not have."""
    if value is None:
        yield f"null at {path}"
    elif shape.type_name == "structure":
        for name, member in value.items():
            if name in shape.members:
                yield from outside(shape.members[name], member, f"{path}.{name}")
    elif shape.type_name == "list":
        for index, member in enumerate(value):
            yield from outside(shape.member, member, f"{path}[{index}]")
    elif shape.type_name == "map":
        for key, member in value.items():
            yield from outside(shape.key, key, f"{path} key")
            yield from outside(shape.value, member, f"{path}.{key}")
    elif shape.type_name == "timestamp":
        if not isinstance(value, (int, float)):
            yield f"no seconds at {path}: {value}"
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"not in the enumeration at {path}: {value}"


def problems(model, status, answer):
    if status != 200:
        known = [error.name for error in model.error_shapes] + COMMON_ERRORS
        return [] if answer["__type"] in known else [f"not an error of {model.name}: {answer['__type']}"]
    report = ParamValidator().validate(answer, model.output_shape)
    return report.generate_report().splitlines() + list(outside(model.output_shape, answer, ""))


asked = json.loads(sys.argv[1])
client = get_session().create_client(
    "ecr",
    region_name=asked["region"],
    endpoint_url=asked["endpoint"],
    aws_access_key_id=asked["account"],
    aws_secret_access_key="test",
    config=Config(retries={"total_max_attempts": 1}),
)
responses = []
client.meta.events.register("before-parse", lambda response_dict, **_: responses.append(response_dict))


def judge(operation, parameters):
    try:
        client._make_api_call(operation, parameters)
    except ClientError:
        pass  # it is judged as any answer
    response = responses.pop()
    answer = json.loads(response["body"])
    return {"answer": answer, "problems": problems(client.meta.service_model.operation_model(operation), response["status_code"], answer)}


json.dump([judge(**request) for request in asked["requests"]], sys.stdout)
