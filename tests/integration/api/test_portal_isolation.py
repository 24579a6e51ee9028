"""Every address of the portal, for a tenant to whom nothing of it belongs. A new route is tested by itself."""

import json
from itertools import count
from typing import Any

import boto3
import pytest

from local.quickbooks import Simulator
from tests.integration.api.portal import Person, words
from tests.integration.api.portal_world import FORMS, PAGES, Owner, token_for
from tests.integration.api.stack import Answer, Stack
from tests.template import REGION, Route, resources

SECRET = "Hidden Harbour Foods"
_numbers = count(1)


@pytest.fixture(scope="module")
def owner(stack: Stack, simulator: Simulator) -> Owner:
    """Whose things they are."""
    return Owner(stack, simulator, "the-owner", SECRET)


@pytest.fixture
def stranger(stack: Stack) -> Person:
    """Somebody else, with a company of their own."""
    person = Person(stack, f"stranger-{next(_numbers)}")
    stack.connect(person.tenant, person.realm_id)
    return person


def stored(stack: Stack) -> list[dict[str, Any]]:
    """All items of all tables, as they are."""
    client = boto3.client("dynamodb", region_name=REGION)
    tables = [stack.made[name]["Ref"] for name in resources("AWS::DynamoDB::Table")]
    return [item for table in tables for item in client.scan(TableName=table)["Items"]]


def of(tenant: str, items: list[dict[str, Any]]) -> list[str]:
    """Those of a tenant, so that they can be compared."""
    partition = f"TENANT#{tenant}"
    mine = [item for item in items if f"{item['pk']['S']}#".startswith(f"{partition}#")]
    return sorted(json.dumps(item, default=str) for item in mine)


def inputs(stack: Stack) -> list[str]:
    """What all executions were started with."""
    client = boto3.client("stepfunctions", region_name=REGION)
    machines = [stack.made[name]["Ref"] for name in resources("AWS::Serverless::StateMachine")]
    found = [run for arn in machines for run in client.list_executions(stateMachineArn=arn)["executions"]]
    return sorted(client.describe_execution(executionArn=run["executionArn"])["input"] for run in found)


def opened(person: Person, owner: Owner, route: Route) -> list[Answer]:
    return [person.get(url) for one in owner.addresses(route) for url in (one, *owner.with_queries(one))]


def route_id(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", PAGES, ids=route_id)
def test_a_page_shows_its_tenant_everything_and_another_one_nothing(
    owner: Owner, stranger: Person, route: Route
) -> None:
    own, others = opened(owner.person, owner, route), opened(stranger, owner, route)

    assert any(answer.status == 200 and SECRET in words(answer) for answer in own)
    for answer in others:
        assert answer.status < 500
        assert SECRET not in answer.text
        assert SECRET not in json.dumps(answer.headers)


@pytest.mark.parametrize("route", FORMS, ids=route_id)
def test_no_form_changes_anything_of_another_tenant(stack: Stack, owner: Owner, stranger: Person, route: Route) -> None:
    token = token_for(stranger, route)
    before, ran = of(owner.tenant, stored(stack)), of_owner(owner, inputs(stack))

    answers = [
        stranger.post(owner.with_queries(url)[0], [("token", token), *fields])
        for url in owner.addresses(route)
        for fields in owner.forms()
    ]

    after = stored(stack)
    assert before != []
    assert of(owner.tenant, after) == before
    assert not any(owner.realm_id in item for item in of(stranger.tenant, after))
    assert of_owner(owner, inputs(stack)) == ran
    for answer in answers:
        assert answer.status not in (401, 403)
        assert answer.status < 500
        assert SECRET not in answer.text


def of_owner(owner: Owner, texts: list[str]) -> list[str]:
    return [text for text in texts if owner.tenant in text or owner.realm_id in text]
