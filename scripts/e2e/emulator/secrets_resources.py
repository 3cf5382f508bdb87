"""
The CloudFormation resources of Secrets Manager, by calls to the Secrets Manager at AWS_ENDPOINT_URL_SECRETS_MANAGER.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SecretsManager.html
"""

import json
import os
import urllib.error
import urllib.request
import uuid

from ministack.services.cloudformation import provisioners, stacks

SECRET = "AWS::SecretsManager::Secret"
RESOURCE_POLICY = "AWS::SecretsManager::ResourcePolicy"
ROTATION_SCHEDULE = "AWS::SecretsManager::RotationSchedule"


def call(operation, **arguments):
    request = urllib.request.Request(
        os.environ["AWS_ENDPOINT_URL_SECRETS_MANAGER"],
        json.dumps({name: value for name, value in arguments.items() if value is not None}).encode(),
        {"X-Amz-Target": f"secretsmanager.{operation}", "Authorization": "Credential=CLOUDFORMATION/"},
    )
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise ValueError(f"{operation}: {error.read().decode()}") from None


def refuse_changes(old, new, *names):
    """What CloudFormation would replace the resource for. The apps of the test never do, so it is an error."""
    changed = [name for name in names if old.get(name) != new.get(name)]
    if changed:
        raise ValueError(f"a change of {', '.join(changed)} would replace the resource")


def value_of(properties):
    """SecretString, or what GenerateSecretString asks for; its options are those of GetRandomPassword."""
    generator = properties.get("GenerateSecretString")
    if generator is None:
        return properties.get("SecretString")
    options = dict(generator)
    template, key = options.pop("SecretStringTemplate", None), options.pop("GenerateStringKey", None)
    password = call("GetRandomPassword", **options)["RandomPassword"]
    return password if template is None else json.dumps({**json.loads(template), key: password})


def create_secret(logical_id, properties, stack_name):
    value = value_of(properties)
    arn = call(
        "CreateSecret",
        Name=properties.get("Name") or f"{logical_id}-{uuid.uuid4().hex[:12]}",
        Description=properties.get("Description"),
        KmsKeyId=properties.get("KmsKeyId"),
        Tags=properties.get("Tags"),
        SecretString=value,
        ClientRequestToken=None if value is None else str(uuid.uuid4()),
    )["ARN"]
    return arn, {"Id": arn}


def update_secret(arn, old, new, stack_name):
    refuse_changes(old, new, "Name", "ReplicaRegions", "Tags")
    generates_anew = any(old.get(name) != new.get(name) for name in ("SecretString", "GenerateSecretString"))
    value = value_of(new) if generates_anew else None
    call(
        "UpdateSecret",
        SecretId=arn,
        Description=new.get("Description", ""),
        KmsKeyId=new.get("KmsKeyId"),
        SecretString=value,
        ClientRequestToken=None if value is None else str(uuid.uuid4()),
    )
    return arn, {"Id": arn}


def delete_secret(arn, properties):
    call("DeleteSecret", SecretId=arn)


def put_policy(properties):
    call(
        "PutResourcePolicy",
        SecretId=properties["SecretId"],
        ResourcePolicy=json.dumps(properties["ResourcePolicy"]),
        BlockPublicPolicy=properties.get("BlockPublicPolicy"),
    )
    return properties["SecretId"], {"Id": properties["SecretId"]}


def update_policy(arn, old, new, stack_name):
    refuse_changes(old, new, "SecretId")
    return put_policy(new)


def delete_policy(arn, properties):
    call("DeleteResourcePolicy", SecretId=arn)


def schedule_rotation(properties):
    call(
        "RotateSecret",
        SecretId=properties["SecretId"],
        ClientRequestToken=str(uuid.uuid4()),
        RotationLambdaARN=properties["RotationLambdaARN"],
        RotationRules=properties["RotationRules"],
        RotateImmediately=properties.get("RotateImmediatelyOnUpdate"),
    )
    return properties["SecretId"], {"Id": properties["SecretId"]}


def update_schedule(arn, old, new, stack_name):
    refuse_changes(old, new, "SecretId")
    return schedule_rotation(new)


def cancel_rotation(arn, properties):
    call("CancelRotateSecret", SecretId=arn)


def register():
    provisioners._RESOURCE_HANDLERS.update({
        SECRET: {"create": create_secret, "update": update_secret, "delete": delete_secret},
        RESOURCE_POLICY: {"create": lambda _, properties, __: put_policy(properties), "update": update_policy, "delete": delete_policy},
        ROTATION_SCHEDULE: {"create": lambda _, properties, __: schedule_rotation(properties), "update": update_schedule, "delete": cancel_rotation},
    })
    # They wait for a Secrets Manager that asks this server about functions, so they must not stop it.
    waits = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda resource_type: resource_type.startswith("AWS::SecretsManager::") or waits(resource_type)
