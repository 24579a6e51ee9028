"""Counts what a process asks of AWS, and the units that DynamoDB bills for it.

DynamoDB on demand bills a write unit per KB written, in the table and in each index whose entry is made or moved, and
half a read unit per 4 KB read, a whole one where the read is strongly consistent
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html). moto does not work that
out, so it is done here, from the items in requests and answers.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from tests.template import REGION, resources

type Item = dict[str, dict[str, Any]]

_WRITE_KB, _READ_KB = 1024, 4096


@dataclass
class Asked:
    """What was asked of AWS."""

    requests: Counter[str] = field(default_factory=Counter)
    """By service and operation: ``dynamodb.GetItem``."""
    read_units: float = 0
    write_units: float = 0
    delays: list[int] = field(default_factory=list)
    """Seconds after which each message that was queued is delivered."""

    def of(self, service: str) -> int:
        """Requests to one service."""
        return sum(count for name, count in self.requests.items() if name.startswith(f"{service}."))


class Meter:
    """Sees every request of the clients that are made after it."""

    def __init__(self) -> None:
        self.asked = Asked()
        boto3.setup_default_session(region_name=REGION)
        assert boto3.DEFAULT_SESSION is not None
        events: Any = boto3.DEFAULT_SESSION.events
        events.register("before-parameter-build", self._before)
        events.register("after-call", self._after)
        events.register("before-call.sqs.SendMessageBatch", _take_messages)

    def take(self) -> Asked:
        """What was asked since the last time."""
        asked, self.asked = self.asked, Asked()
        return asked

    def _before(self, params: Any, model: Any, context: Any, **_: Any) -> None:
        if model.name == "UpdateItem" and params.get("ReturnValues", "NONE") in ("NONE", "UPDATED_NEW"):
            params["ReturnValues"] = "ALL_NEW"  # it is the whole item that is billed
        elif model.name == "PutItem":
            params["ReturnValues"] = "ALL_OLD"
        context["bench_params"] = params

    def _after(self, parsed: Any, model: Any, context: Any, **_: Any) -> None:
        service, params = model.service_model.service_id.hyphenize(), context.get("bench_params", {})
        self.asked.requests[f"{service}.{model.name}"] += 1
        if service == "dynamodb":
            self.asked.read_units += _read_units(model.name, params, parsed)
            self.asked.write_units += _write_units(model.name, params, parsed)
        elif model.name == "SendMessageBatch":
            self.asked.delays += [entry.get("DelaySeconds", 0) for entry in params["Entries"]]


def _take_messages(params: Any, **_: Any) -> Any:
    """Every message is taken and none is kept: moto's queue takes the longer for each the more it has."""
    return AWSResponse(params["url"], 200, HTTPHeaders(), None), {"Successful": [], "Failed": []}


def _read_units(operation: str, params: Any, answer: Any) -> float:
    if operation == "GetItem":
        return _reads(_size(answer.get("Item", {})), consistent=params.get("ConsistentRead", False))
    if operation == "Query":
        return _reads(sum(map(_size, answer.get("Items", ()))), consistent=params.get("ConsistentRead", False))
    if operation == "BatchGetItem":
        found = [_reads(_size(item), consistent=True) for items in answer["Responses"].values() for item in items]
        wanted = sum(len(asked["Keys"]) for asked in params["RequestItems"].values())
        return sum(found) + wanted - len(found)  # one that is not there is billed too
    return 0


def _write_units(operation: str, params: Any, answer: Any) -> float:
    if "Error" in answer or operation == "DeleteItem":
        return float(operation in ("PutItem", "UpdateItem", "DeleteItem"))  # a condition that does not hold is billed
    if operation == "PutItem":
        old, new = answer.get("Attributes", {}), params["Item"]
        size = max(_size(old), _size(new))
        return _writes(size) + sum(_moves(keys, old, new) for keys in _indexes(params["TableName"]))
    if operation == "UpdateItem":
        new = answer.get("Attributes", {})
        named = set(params.get("ExpressionAttributeNames", {}).values())
        # Out of its old place in the index and into the new one.
        return _writes(_size(new)) + sum(2 for keys in _indexes(params["TableName"]) if keys & named)
    if operation == "TransactWriteItems":
        return 2.0 * len(params["TransactItems"])
    return 0


def _moves(keys: frozenset[str], old: Item, new: Item) -> int:
    before, after = ({name: item[name] for name in keys if name in item} for item in (old, new))
    if before == after:
        return 0
    return (len(before) == len(keys)) + (len(after) == len(keys))


def _indexes(table: str) -> list[frozenset[str]]:
    """The keys of each index of a table."""
    properties = resources("AWS::DynamoDB::Table")[table.rpartition("-")[2]]
    return [
        frozenset(part["AttributeName"] for part in index["KeySchema"])
        for index in properties.get("GlobalSecondaryIndexes", ())
    ]


def _reads(size: int, *, consistent: bool) -> float:
    return max(1, ceil(size / _READ_KB)) * (1 if consistent else 0.5)


def _writes(size: int) -> int:
    return max(1, ceil(size / _WRITE_KB))


def _size(item: Item) -> int:
    """Bytes, as the guide tells them ("Item sizes and formats")."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "M":
        return 3 + len(content) + _size(content)
    if kind == "L":
        return 3 + sum(1 + _value_size(part) for part in content)
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(content) // 2 + 2
    return len(content) if kind == "B" else 1
