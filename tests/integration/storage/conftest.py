"""The adapters against moto, with the tables of template.yaml; where a fake exists, the same test proves both."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from ledgerlink.storage.connections import DynamoConnections
from ledgerlink.storage.documents import DynamoDocuments
from ledgerlink.storage.links import DynamoLinks
from ledgerlink.storage.oauth_states import DynamoOAuthStates
from ledgerlink.storage.table import Table
from tests.moto_in_turn import answer_in_turn
from tests.template import REGION, make_tables
from tests.unit.fakes import FakeConnections, FakeDocuments, FakeLinks, FakeOAuthStates

WORKERS = 8


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS in this process, empty."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def table(aws: None) -> Callable[[str], Table]:
    """A table of the template by its logical name."""
    names = make_tables()
    client = boto3.client("dynamodb", region_name=REGION)
    return lambda logical: Table(client, names[logical])


@pytest.fixture
def records_table(table: Callable[[str], Table]) -> Table:
    return table("RecordsTable")


class SmallPages:
    """A table whose pages end after a few items, as DynamoDB's do after a megabyte."""

    def __init__(self, table: Table, size: int) -> None:
        self.table = Table(self, table.name)  # type: ignore[arg-type]
        self.read = 0
        """How many of DynamoDB's pages were read."""
        self.attributes: set[str] = set()
        """What the last one was asked for."""
        self._client = table._client
        self._size = size

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)

    def query(self, **request: Any) -> Any:
        self.read += 1
        names = request["ExpressionAttributeNames"]
        self.attributes = {names[name] for name in request["ProjectionExpression"].split(", ")}
        return self._client.query(**request | {"Limit": self._size})


@pytest.fixture
def small_pages(table: Callable[[str], Table]) -> Callable[[str, int], SmallPages]:
    return lambda logical, size: SmallPages(table(logical), size)


@pytest.fixture(params=["table", "fake"])
def documents(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeDocuments()
    return DynamoDocuments(request.getfixturevalue("table")("DocumentsTable"))


@pytest.fixture(params=["table", "fake"])
def links(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeLinks()
    return DynamoLinks(request.getfixturevalue("table")("EntityLinksTable"))


@pytest.fixture(params=["table", "fake"])
def connections(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeConnections()
    return DynamoConnections(request.getfixturevalue("table")("ConnectionsTable"))


@pytest.fixture(params=["table", "fake"])
def states(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeOAuthStates()
    return DynamoOAuthStates(request.getfixturevalue("table")("ConnectionsTable"))


@pytest.fixture
def one_request_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As DynamoDB answers, which checks and writes in one step."""
    answer_in_turn(monkeypatch)


@pytest.fixture
def race(one_request_at_a_time: None) -> Callable[[Callable[[int], Any]], list[Any]]:
    """Run something in eight threads that start together; returns what each got, exceptions by class name."""

    def run(work: Callable[[int], Any]) -> list[Any]:
        start = threading.Barrier(WORKERS)

        def one(number: int) -> Any:
            start.wait()
            try:
                return work(number)
            except Exception as error:
                return type(error).__name__

        with ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(one, range(WORKERS)))

    return run


@pytest.fixture(
    params=[
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
        "no connection",
    ]
)
def throttled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, aws: None) -> None:
    """No call of AWS gets an answer that helps."""

    def refuse(self: Any, operation: str, arguments: Any) -> Any:
        if request.param == "no connection":
            raise EndpointConnectionError(endpoint_url="https://aws.test")
        raise ClientError({"Error": {"Code": request.param, "Message": "slow down"}}, operation)

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)
