"""For all tests: one deployed stack, and a watch over every log line for values that must not be there."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import canaries

# The same examples every time, however slow the machine; `--hypothesis-profile=default` looks for others.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(scope="session")
def deployed_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What ``make up`` brings up: the template deployed by the SAM CLI, IAM enforced, a QuickBooks simulator.

    With ports and a directory of its own; it is stopped whatever happens.
    """
    # Most tests need no stack, and none of what starts it.
    from local.ports import free_ports
    from local.stack import down, up

    directory = tmp_path_factory.mktemp("stack")
    aws_port, quickbooks_port = free_ports(2)
    try:
        yield up(directory=directory, aws_port=aws_port, quickbooks_port=quickbooks_port)
    finally:
        down(directory=directory, clean=True)


class LogWatch:
    """Keeps the log lines that tell a canary, and counts all of them."""

    def __init__(self) -> None:
        self.lines = 0
        self.told: list[str] = []

    def look_at(self, line: str) -> None:
        self.lines += 1
        self.told += [f"{canary!r} in: {line}" for canary in canaries.ALL if canary in line]


@pytest.fixture(scope="session")
def log_watch() -> Iterator[LogWatch]:
    """Sees what any handler writes, and every record with its extras whether a handler writes it or not."""
    watch = LogWatch()
    with pytest.MonkeyPatch.context() as patch:
        write, handle = logging.Handler.format, logging.Logger.handle

        def watched_format(self: logging.Handler, record: logging.LogRecord) -> str:
            line = write(self, record)
            watch.look_at(line)
            return line

        def watched_handle(self: logging.Logger, record: logging.LogRecord) -> None:
            watch.look_at(f"{record.getMessage()} {record.__dict__}")
            handle(self, record)

        patch.setattr(logging.Handler, "format", watched_format)
        patch.setattr(logging.Logger, "handle", watched_handle)
        logging.getLogger("ledgerlink").setLevel(logging.DEBUG)
        yield watch


@pytest.fixture(autouse=True)
def nothing_secret_in_the_logs(log_watch: LogWatch) -> Iterator[None]:
    """No log line of any test holds a token or customer data."""
    log_watch.told.clear()

    yield

    assert log_watch.told == []
