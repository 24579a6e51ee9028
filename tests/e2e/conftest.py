"""One stack for all tests, with ports and a directory of its own; it is stopped whatever happens."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from local.stack import down, up
from tests.e2e.aws import Aws, Inbox, QuickBooks
from tests.e2e.tenant import Tenant

LAST = "test_privacy.py"
"""Looks at everything that the other tests have left."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name == LAST and item.path.parent.name == "e2e")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What ``make up`` brings up: the template deployed by the SAM CLI, IAM enforced, a QuickBooks simulator."""
    directory = tmp_path_factory.mktemp("stack")
    aws_port, quickbooks_port = free_ports(2)
    try:
        yield up(directory=directory, aws_port=aws_port, quickbooks_port=quickbooks_port)
    finally:
        down(directory=directory, clean=True)


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


def free_ports(number: int) -> list[int]:
    """Ports that nobody has; asked for together, so that no two are the same."""
    probes = [socket.socket() for _ in range(number)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
