"""The deployed stack as its host, its tenants and its operator see it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.aws import Aws, Inbox, QuickBooks
from tests.e2e.tenant import Tenant

LAST = "test_privacy.py"
"""Looks at everything that the other tests have left."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name == LAST and item.path.parent.name == "e2e")


@pytest.fixture(scope="session")
def stack(deployed_stack: dict[str, Any]) -> dict[str, Any]:
    """The one that all tests share."""
    return deployed_stack


@pytest.fixture(scope="session")
def aws(stack: dict[str, Any]) -> Aws:
    return Aws(stack)


@pytest.fixture(scope="session")
def inbox(aws: Aws) -> Inbox:
    """The host's subscription to all events of the stack."""
    return Inbox.behind_the_bus(aws)


@pytest.fixture(scope="session")
def undelivered(aws: Aws) -> Inbox:
    """What could not be delivered."""
    return Inbox(aws, aws.physical_ids["UndeliveredQueue"])


@pytest.fixture
def quickbooks(stack: dict[str, Any]) -> Iterator[QuickBooks]:
    """The simulator; a test's faults end with it."""
    control = QuickBooks(stack["quickbooks_url"])
    yield control
    control.come_back()


@pytest.fixture
def newcomer(stack: dict[str, Any], aws: Aws, quickbooks: QuickBooks, inbox: Inbox) -> Tenant:
    """A tenant that has not connected anything yet."""
    return Tenant.new(stack, aws, quickbooks)


@pytest.fixture
def tenant(newcomer: Tenant) -> Tenant:
    """A tenant with an empty company connected."""
    newcomer.connect()
    return newcomer


@pytest.fixture
def stranger(stack: dict[str, Any], aws: Aws, quickbooks: QuickBooks) -> Tenant:
    """Another tenant of the same host."""
    return Tenant.new(stack, aws, quickbooks)
