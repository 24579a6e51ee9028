"""One DynamoDB table, in plain Python values, with our errors."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from ledgerlink.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Item = Mapping[str, Any]

_SERIALIZER = TypeSerializer()
_DESERIALIZER = TypeDeserializer()
_CONDITION = "ConditionalCheckFailedException"
_BATCH_GET_MAX = 100
_BATCH_GET_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between the requests for keys that DynamoDB left out."""
MOST_PAGES = 10
"""So many megabytes are read for one page of ours: a filter that finds nothing must not read a whole partition."""
_NAME = re.compile(r"[#:][a-z_][a-z0-9_]*")


class ConditionFailed(Exception):
    """A conditional write found the item otherwise; ``item`` is what an update found where it asked for that."""

    def __init__(self, item: Mapping[str, Any] | None = None) -> None:
        super().__init__("the item is not as the condition wants it")
        self.item = dict(item or {})


class Table:
    """Reads and writes of one table with keys ``pk`` and ``sk``.

    Expressions use ``#name`` for attributes and ``:name`` for values; the names
    are declared by themselves. Raises StorageUnavailable when DynamoDB throttles
    or does not answer (the caller may try again), ConditionFailed for conditions.
    """

    def __init__(self, client: "DynamoDBClient", name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self.name = name
        self._sleep = sleep

    def get(self, pk: str, sk: str) -> dict[str, Any] | None:
        """The item as it is now (strongly consistent)."""
        answer = self._call("get_item", Key=_key(pk, sk), ConsistentRead=True)
        return _plain(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[tuple[str, str]], attributes: Sequence[str] = ()) -> list[dict[str, Any]]:
        """The items that exist, whole or with these attributes, in no particular order.

        Raises StorageUnavailable when some are left out repeatedly.
        """
        chosen = ", ".join(f"#{name}" for name in ("pk", "sk", *attributes)) if attributes else ""
        expressions = _expressions(None, ProjectionExpression=chosen)
        wanted = [_key(pk, sk) for pk, sk in dict.fromkeys(keys)]
        found: list[dict[str, Any]] = []
        waits = iter(_BATCH_GET_WAITS)
        while wanted:
            batch, wanted = wanted[:_BATCH_GET_MAX], wanted[_BATCH_GET_MAX:]
            request = {self.name: {"Keys": batch, "ConsistentRead": True, **expressions}}
            answer = self._call("batch_get_item", table=False, RequestItems=request)
            items = answer["Responses"].get(self.name, [])
            found += [_plain(item) for item in items]
            if left_out := answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", []):
                # An answer has at most 16 MB, so that of many large items some are left out each time.
                if (seconds := next(waits, _BATCH_GET_WAITS[-1] if items else None)) is None:
                    raise StorageUnavailable("The database is busy.")
                self._sleep(seconds)
                wanted += left_out
        return found

    def put(self, item: Item, condition: str = "", values: Item | None = None) -> None:
        """Write the whole item; without a condition whatever was there is replaced."""
        self._call("put_item", Item=_typed(item), **_expressions(values, ConditionExpression=condition))

    def update(
        self,
        pk: str,
        sk: str,
        update: str,
        condition: str = "",
        values: Item | None = None,
        *,
        answer: str = "NONE",
        failed_with_item: bool = False,
    ) -> dict[str, Any]:
        """Change attributes; ``answer`` is DynamoDB's ReturnValues, ``failed_with_item`` tells ConditionFailed more."""
        expressions = _expressions(values, UpdateExpression=update, ConditionExpression=condition)
        if failed_with_item:
            expressions["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return _plain(
            self._call("update_item", Key=_key(pk, sk), ReturnValues=answer, **expressions).get("Attributes", {})
        )

    def delete(self, pk: str, sk: str, condition: str = "", values: Item | None = None) -> None:
        """Delete the item if the condition holds."""
        self._call("delete_item", Key=_key(pk, sk), **_expressions(values, ConditionExpression=condition))

    def query(
        self,
        key_condition: str,
        values: Item,
        *,
        index: str | None = None,
    ) -> Iterator[dict[str, Any]]:
        """All items one after the other, DynamoDB's pages fetched as they are needed."""
        request: dict[str, Any] = _expressions(values, KeyConditionExpression=key_condition)
        request |= {"IndexName": index} if index else {"ConsistentRead": True}
        while True:
            answer = self._call("query", **request)
            yield from (_plain(item) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def page(
        self,
        key_condition: str,
        values: Item,
        *,
        limit: int,
        after: tuple[str, str] | None,
        attributes: Sequence[str],
        filtered: str = "",
        newest_first: bool = False,
    ) -> tuple[list[dict[str, Any]], str | None]:
        """At most ``limit`` items with these attributes, and the sort key to go on after, if there is more to look at.

        Nothing is read beyond MOST_PAGES of DynamoDB's pages, so that items may be fewer than
        ``limit``, even none, though others follow.
        """
        request = _expressions(
            values,
            KeyConditionExpression=key_condition,
            FilterExpression=filtered,
            ProjectionExpression=", ".join(f"#{name}" for name in ("pk", "sk", *attributes)),
        )
        request |= {"ScanIndexForward": not newest_first, "ConsistentRead": True}
        if not filtered:
            request["Limit"] = limit + 1
        if after:
            request["ExclusiveStartKey"] = _key(*after)
        found: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            answer = self._call("query", **request)
            found += [_plain(item) for item in answer["Items"]]
            if len(found) > limit:
                return found[:limit], found[limit - 1]["sk"]
            if "LastEvaluatedKey" not in answer:
                return found, None
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return found, str(request["ExclusiveStartKey"]["sk"]["S"])

    def index_page(
        self,
        index: str,
        key_condition: str,
        values: Item,
        *,
        limit: int,
        after: Item | None,
        filtered: str = "",
        newest_first: bool = False,
    ) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        """What the filter leaves of the next ``limit`` items of an index, and the key to go on after, if there is one.

        An index is a moment behind its table, and has only what is projected into it.
        """
        request = _expressions(values, KeyConditionExpression=key_condition, FilterExpression=filtered)
        if after:
            request["ExclusiveStartKey"] = _typed(after)
        answer = self._call("query", IndexName=index, Limit=limit, ScanIndexForward=not newest_first, **request)
        last = answer.get("LastEvaluatedKey")
        return [_plain(item) for item in answer["Items"]], _plain(last) if last else None

    def transact(self, writes: Sequence[Mapping[str, Any]]) -> None:
        """All writes or none; build them with ``put_of``, ``update_of`` and ``delete_of``."""
        self._call("transact_write_items", table=False, TransactItems=list(writes))

    def put_of(self, item: Item, condition: str = "", values: Item | None = None) -> dict[str, Any]:
        """A put, as a part of a transaction."""
        expressions = _expressions(values, ConditionExpression=condition)
        return {"Put": {"TableName": self.name, "Item": _typed(item), **expressions}}

    def update_of(
        self, pk: str, sk: str, update: str, condition: str = "", values: Item | None = None
    ) -> dict[str, Any]:
        """An update, as a part of a transaction."""
        expressions = _expressions(values, UpdateExpression=update, ConditionExpression=condition)
        return {"Update": {"TableName": self.name, "Key": _key(pk, sk), **expressions}}

    def delete_of(self, pk: str, sk: str, condition: str = "", values: Item | None = None) -> dict[str, Any]:
        """A delete, as a part of a transaction."""
        expressions = _expressions(values, ConditionExpression=condition)
        return {"Delete": {"TableName": self.name, "Key": _key(pk, sk), **expressions}}

    def _call(self, operation: str, *, table: bool = True, **request: Any) -> dict[str, Any]:
        if table:
            request["TableName"] = self.name
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**request)
        except ClientError as error:
            raise _translated(error) from error
        except BotoCoreError as error:
            raise StorageUnavailable("The database does not answer.") from error
        return answer


_PASSING = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


def _translated(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    if code == _CONDITION:
        return ConditionFailed(_plain(error.response.get("Item", {})))  # type: ignore[arg-type]
    if code == "TransactionCanceledException":
        reasons = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]
        if "ConditionalCheckFailed" in reasons:
            return ConditionFailed()
        return StorageUnavailable("The database was busy.", code="storage_conflict")
    if code in _PASSING:
        return StorageUnavailable("The database is busy.")
    return error


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _typed(item: Item) -> dict[str, Any]:
    return {name: _SERIALIZER.serialize(value) for name, value in item.items() if value is not None}


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _simple(_DESERIALIZER.deserialize(value)) for name, value in item.items()}


def _simple(value: Any) -> Any:
    """Whole numbers as int, binaries as bytes, down to the leaves."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    if isinstance(value, Binary):
        return bytes(value.value)  # type: ignore[attr-defined]
    if isinstance(value, dict):
        return {name: _simple(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_simple(part) for part in value]
    return value


def _expressions(values: Item | None, **expressions: str) -> dict[str, Any]:
    """The expressions that are not empty, with the names and values that they use."""
    used = {kind: text for kind, text in expressions.items() if text}
    names = {found for text in used.values() for found in _NAME.findall(text)}
    request: dict[str, Any] = dict(used)
    if attributes := {name: name[1:] for name in names if name.startswith("#")}:
        request["ExpressionAttributeNames"] = attributes
    if asked := {name: value for name, value in (values or {}).items() if f":{name}" in names}:
        request["ExpressionAttributeValues"] = {f":{name}": _SERIALIZER.serialize(asked[name]) for name in asked}
    return request
