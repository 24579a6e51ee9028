"""What every table does with AWS's refusals."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from ledgerlink.errors import StorageUnavailable
from ledgerlink.storage.table import ConditionFailed, Table
from tests.template import REGION, resources

ITEM = {"pk": "a", "sk": "b", "n": 1}
USES: dict[str, Callable[[Table], Any]] = {
    "get": lambda table: table.get("a", "b"),
    "get_many": lambda table: table.get_many([("a", "b")]),
    "put": lambda table: table.put(ITEM),
    "update": lambda table: table.update("a", "b", "SET #n = :n", values={"n": 1}),
    "delete": lambda table: table.delete("a", "b"),
    "query": lambda table: list(table.query("#pk = :pk", {"pk": "a"})),
    "transact": lambda table: table.transact([table.put_of(ITEM)]),
}


@pytest.mark.parametrize("use", USES)
def test_dynamodb_throttled_is_transient(throttled: None, use: str) -> None:
    table = Table(boto3.client("dynamodb", region_name=REGION), "any")

    with pytest.raises(StorageUnavailable):
        USES[use](table)


def test_a_mistake_of_ours_is_not_taken_for_a_throttle(aws: None) -> None:
    table = Table(boto3.client("dynamodb", region_name=REGION), "not-there")

    with pytest.raises(ClientError, match="ResourceNotFound"):
        table.get("a", "b")


@pytest.mark.parametrize(
    ("reasons", "error"),
    [
        (["None", "ConditionalCheckFailed"], ConditionFailed),
        (["TransactionConflict", "None"], StorageUnavailable),
        (["ThrottlingError"], StorageUnavailable),
        (["TransactionConflict", "ConditionalCheckFailed"], ConditionFailed),
    ],
)
def test_a_cancelled_transaction_says_whether_its_conditions_or_others_were_in_the_way(
    aws: None, monkeypatch: pytest.MonkeyPatch, reasons: list[str], error: type[Exception]
) -> None:
    def cancel(self: Any, operation: str, arguments: Any) -> Any:
        answer = {"Error": {"Code": "TransactionCanceledException", "Message": "no"}}
        raise ClientError(answer | {"CancellationReasons": [{"Code": code} for code in reasons]}, operation)  # type: ignore[arg-type]

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", cancel)

    with pytest.raises(error):
        USES["transact"](Table(boto3.client("dynamodb", region_name=REGION), "any"))


def test_values_come_back_as_they_were(table: Callable[[str], Table]) -> None:
    item = {"pk": "a", "sk": "b", "n": 7, "t": "ü🚚", "b": b"\x00\xff", "l": [1, {"x": True}], "s": {"q", "r"}, "e": ""}
    connections = table("ConnectionsTable")

    connections.put({**item, "nothing": None})

    assert connections.get("a", "b") == item


def test_keys_that_dynamodb_does_not_answer_at_once_are_asked_for_again(
    table: Callable[[str], Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    made = table("ConnectionsTable")
    connections = Table(made._client, made.name, slept.append)
    for number in range(5):
        connections.put({"pk": "a", "sk": str(number)})
    batch_get = connections._client.batch_get_item
    sizes: list[int] = []

    def one_at_a_time(RequestItems: Any) -> Any:
        keys = RequestItems[connections.name]["Keys"]
        sizes.append(len(keys))
        answer = batch_get(RequestItems={connections.name: {"Keys": keys[:1]}})
        rest = {connections.name: {"Keys": keys[1:]}} if keys[1:] else {}
        return {**answer, "UnprocessedKeys": rest}

    monkeypatch.setattr(connections._client, "batch_get_item", one_at_a_time)

    found = connections.get_many([("a", str(number)) for number in range(5)])

    assert sorted(item["sk"] for item in found) == ["0", "1", "2", "3", "4"]
    assert sizes == [5, 4, 3, 2, 1]
    assert slept == sorted(set(slept))
    assert len(slept) == 4


def test_many_large_items_of_which_each_answer_has_a_few_are_all_read(
    table: Callable[[str], Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = table("ConnectionsTable")
    connections = Table(made._client, made.name, lambda _seconds: None)
    for number in range(30):
        connections.put({"pk": "a", "sk": str(number), "size": "large", "name": "x"})
    batch_get: Any = connections._client.batch_get_item

    def two_at_a_time(RequestItems: Any) -> Any:
        asked = RequestItems[connections.name]
        answer = batch_get(RequestItems={connections.name: {**asked, "Keys": asked["Keys"][:2]}})
        return {**answer, "UnprocessedKeys": {connections.name: {**asked, "Keys": asked["Keys"][2:]}}}

    monkeypatch.setattr(connections._client, "batch_get_item", two_at_a_time)

    found = connections.get_many([("a", str(number)) for number in range(30)], attributes=["name"])

    assert sorted(found, key=lambda item: int(item["sk"])) == [
        {"pk": "a", "sk": str(number), "name": "x"} for number in range(30)
    ]


def test_keys_that_dynamodb_does_not_answer_again_and_again_are_given_up(
    table: Callable[[str], Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    made = table("ConnectionsTable")
    connections = Table(made._client, made.name, slept.append)

    def nothing(RequestItems: Any) -> Any:
        assert len(slept) < 20
        return {"Responses": {}, "UnprocessedKeys": RequestItems}

    monkeypatch.setattr(connections._client, "batch_get_item", nothing)

    with pytest.raises(StorageUnavailable):
        connections.get_many([("a", "b")])

    assert 0 < sum(slept) < 5


def test_every_table_of_the_template_begins_its_keys_with_pk_and_sk() -> None:
    for properties in resources("AWS::DynamoDB::Table").values():
        assert [key["AttributeName"] for key in properties["KeySchema"]] == ["pk", "sk"]
