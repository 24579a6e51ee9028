"""The shared budget against a QuickBooks that counts: nobody ever sees a 429, however many workers there are."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from ledgerlink import errors
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.throttle import Limits
from ledgerlink.quickbooks.batch import Read
from ledgerlink.quickbooks.client import Company, new_session
from ledgerlink.quickbooks.queries import Select
from ledgerlink.storage.table import Table
from ledgerlink.storage.throttle import DynamoThrottle
from tests.integration.storage.conftest import one_request_at_a_time  # noqa: F401 (a fixture)
from tests.template import REGION, make_tables

KEY = ConnectionKey("acme", "9341")


@pytest.fixture
def new_company(control, realm_id, tokens, monkeypatch) -> Iterator[Callable[..., Company]]:
    """Companies as different Lambdas open them: one table, each with a memory of its own."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws(config={"core": {"passthrough": {"urls": [f"{control.url}/.*"]}}}):
        table = Table(boto3.client("dynamodb", region_name=REGION), make_tables()["ThrottleTable"])

        def open_company(patience: float = 60.0) -> Company:
            throttle = DynamoThrottle(table, Limits(), lambda: datetime.now(UTC), time.sleep)
            turnstile = throttle.turnstile(KEY, timedelta(seconds=patience))
            return Company(new_session(), control.url, realm_id, tokens, turnstile=turnstile)

        yield open_company


def test_workers_in_a_hurry_are_spaced_so_that_quickbooks_never_refuses(control, new_company, one_request_at_a_time):  # noqa: F811
    control.post("switches", throttle=True)

    def work(company: Company) -> None:
        for _ in range(4):
            company.count(Select("Vendor"))

    new_company().batch([Read(Select("Item"))])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [new_company() for _ in range(4)]))

    assert control.calls("query") >= 16


def test_a_429_makes_the_other_workers_wait(control, new_company):
    first, second = new_company(), new_company(patience=1)
    control.fail({"status": 429, "retry_after": 60})

    with pytest.raises(errors.RateLimited):
        first.preferences()
    with pytest.raises(errors.WaitingForTurn):
        second.preferences()

    assert control.calls("preferences") == 1
