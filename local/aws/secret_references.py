"""Ref of a secret is its ARN, and a generated value keeps to its rules.

AWS (CloudFormation reference, AWS::SecretsManager::Secret): Ref returns the ARN;
GenerateSecretString leaves out punctuation, numbers or a case when told to.
ministack 1.5.33: Ref returns the name, which a policy's Resource then compares
with an ARN; of GenerateSecretString only ExcludeCharacters is read.
Here: as AWS, except that RequireEachIncludedType is not enforced.
"""

import json
import secrets
import string
from typing import Any

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

from local.aws.cloudformation import Properties, Resource, handlers_of, is_true, replace_handlers
from local.aws.settings import Settings

_TYPE = "AWS::SecretsManager::Secret"

_CHARACTERS = {
    "ExcludeLowercase": string.ascii_lowercase,
    "ExcludeUppercase": string.ascii_uppercase,
    "ExcludeNumbers": string.digits,
    "ExcludePunctuation": string.punctuation,
}


def close_gap(_settings: Settings) -> None:
    """Let the physical id be the ARN, and translate it back for ministack's own handlers."""
    stock = handlers_of(_TYPE)

    def create(logical_id: str, properties: Properties, stack_name: str) -> Resource:
        _, attributes = stock["create"](logical_id, properties, stack_name)
        return attributes["Arn"], attributes

    def update(arn: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None) -> Resource:
        _, attributes = stock["update"](_name_of(arn), old, new, stack_name, logical_id)
        return attributes["Arn"], attributes

    def delete(arn: str, properties: Properties) -> None:
        stock["delete"](_name_of(arn), properties)

    replace_handlers(_TYPE, create=create, update=update, delete=delete)
    provisioners._sm_secret_string = secret_string


def secret_string(properties: Properties) -> str:
    """The value that a template declares: given, generated, or empty."""
    given: str = properties.get("SecretString") or ""
    rules = properties.get("GenerateSecretString")
    if given or not rules:
        return given
    generated = _generate(rules)
    if "SecretStringTemplate" not in rules:
        return generated
    return json.dumps({**json.loads(rules["SecretStringTemplate"]), rules["GenerateStringKey"]: generated})


def _generate(rules: dict[str, Any]) -> str:
    allowed = "".join(characters for rule, characters in _CHARACTERS.items() if not is_true(rules.get(rule, False)))
    if is_true(rules.get("IncludeSpace", False)):
        allowed += " "
    allowed = "".join(sorted(set(allowed) - set(rules.get("ExcludeCharacters", ""))))
    return "".join(secrets.choice(allowed) for _ in range(int(rules.get("PasswordLength", 32))))


def _name_of(physical_id: str) -> str:
    """The name ministack keeps a secret under; a stack of an older state has the name already."""
    name, _ = secretsmanager._resolve(physical_id)
    return str(name or physical_id)
