"""template.yaml as CloudFormation gets it: expanded for a stage, its conditions decided."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch

from samtranslator.translator.transform import transform

from local.layout import REPOSITORY
from tests.template import template

TEMPLATE = REPOSITORY / "template.yaml"
STAGES = ("dev", "staging", "prod")
_CODE = ("CodeUri", "ContentUri", "DefinitionUri")


@dataclass(frozen=True)
class Resource:
    """One resource of the expanded template."""

    name: str
    type: str
    body: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body.get("Properties", {})
        return found

    @property
    def statements(self) -> list[Mapping[str, Any]]:
        """The permissions of a role, those that SAM itself adds without a Sid included."""
        policies = self.properties.get("Policies", ())
        return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


@cache
def expanded(stage: str) -> dict[str, Any]:
    """What AWS::LanguageExtensions and AWS::Serverless make of it, for one stage."""
    decided = _decided(template(), stage == "prod")
    decided["Transform"] = "AWS::Serverless-2016-10-31"
    # cfn-lint would complain that it is never asked.
    decided["Conditions"].pop("IsProd")
    for resource in decided["Resources"].values():
        properties = resource.get("Properties", {})
        properties |= {name: "s3://bucket/key" for name in _CODE if name in properties}
    # It asks for a region, whatever it is.
    with patch.dict(os.environ, AWS_DEFAULT_REGION="us-east-1"):
        result: dict[str, Any] = transform(decided, {"Stage": stage, "Architecture": "arm64"}, _NoPolicies())
    return result


class _NoPolicies:
    """No function uses a managed policy by its short name."""

    def load(self) -> dict[str, str]:
        return {}


def resources(stage: str, *types: str) -> list[Resource]:
    """The resources of these types."""
    every = expanded(stage)["Resources"].items()
    return [Resource(name, body["Type"], body) for name, body in every if body["Type"] in types]


def functions() -> dict[str, Mapping[str, Any]]:
    """The functions as template.yaml has them, by the names of their directories."""
    return {
        resource["Properties"]["CodeUri"].removeprefix("functions/"): {**resource["Properties"], "logical_id": name}
        for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def walk(node: Any) -> Iterator[Any]:
    """Every part of a template, down to the leaves."""
    yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from walk(child)


def _decided(node: Any, is_prod: bool) -> Any:
    """A copy in which ``!If [IsProd, a, b]`` is one of the two."""
    if isinstance(node, dict):
        chosen = node.get("Fn::If")
        if chosen and chosen[0] == "IsProd":
            return _decided(chosen[1] if is_prod else chosen[2], is_prod)
        return {key: _decided(child, is_prod) for key, child in node.items()}
    return [_decided(child, is_prod) for child in node] if isinstance(node, list) else node
