"""The deployed stack through AWS's own APIs, as an operator has them."""

import base64
import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.demo.simulator import SimulatorControl

PATIENCE_SECONDS = 60.0


def eventually[T](look: Callable[[], T], what: Callable[[], object] = lambda: "it") -> T:
    """Look again until there is something to see."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS:.0f} s: {what()}"
        time.sleep(0.1)
    return found


class Aws:
    """One deployed stack."""

    def __init__(self, stack: dict[str, Any]) -> None:
        self.stack = stack
        self.outputs: dict[str, str] = stack["outputs"]
        self._session: Any = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=stack["region"]
        )

    def client(self, service: str) -> Any:
        """A boto3 client of an administrator."""
        return self._session.client(
            service, endpoint_url=self.stack["aws_endpoint_url"], config=Config(proxies={}, read_timeout=60)
        )

    @cached_property
    def physical_ids(self) -> dict[str, str]:
        """The resources of the stack by logical id."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages.paginate(StackName=self.stack["stack_name"])
            for resource in page["StackResourceSummaries"]
        }

    # executions

    def execution_arn(self, name: str) -> str:
        return f"{self.outputs['PushStateMachineArn'].replace(':stateMachine:', ':execution:')}:{name}"

    def execution(self, name: str) -> dict[str, Any]:
        """Its description."""
        found: dict[str, Any] = self.client("stepfunctions").describe_execution(executionArn=self.execution_arn(name))
        return found

    def redrive(self, name: str) -> None:
        """What support does in the console."""
        self.client("stepfunctions").redrive_execution(executionArn=self.execution_arn(name))

    def redrive_backlog(self, name: str) -> None:
        """As ``redrive``, of an execution that sends many documents."""
        arn = self.outputs["PushBacklogStateMachineArn"].replace(":stateMachine:", ":execution:")
        self.client("stepfunctions").redrive_execution(executionArn=f"{arn}:{name}")

    def backfill_execution(self, name: str) -> dict[str, Any]:
        """The description of an execution that copies a company's past."""
        found: dict[str, Any] = self.client("stepfunctions").describe_execution(executionArn=self._backfill_arn(name))
        return found

    def redrive_backfill(self, name: str) -> None:
        """As ``redrive``, of an execution that copies a company's past."""
        self.client("stepfunctions").redrive_execution(executionArn=self._backfill_arn(name))

    def _backfill_arn(self, name: str) -> str:
        return f"{self.outputs['BackfillStateMachineArn'].replace(':stateMachine:', ':execution:')}:{name}"

    def executions(self) -> Iterator[dict[str, Any]]:
        """Of every state machine."""
        pages = self.client("stepfunctions").get_paginator("list_executions")
        for output in (name for name in self.outputs if name.endswith("StateMachineArn")):
            for page in pages.paginate(stateMachineArn=self.outputs[output]):
                yield from page["executions"]

    def history(self, execution_arn: str) -> Iterator[dict[str, Any]]:
        pages = self.client("stepfunctions").get_paginator("get_execution_history")
        for page in pages.paginate(executionArn=execution_arn, includeExecutionData=True):
            yield from page["events"]

    # functions

    def invoke(self, logical_id: str, event: Any = None) -> Any:
        """Run a function and return its payload."""
        answer = self.client("lambda").invoke(
            FunctionName=self.physical_ids[logical_id], Payload=json.dumps(event or {}).encode()
        )
        payload = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        return payload

    @contextmanager
    def misconfigured(self, logical_id: str, **variables: str) -> Iterator[None]:
        """The function with a wrong environment, as after a bad change by hand."""
        functions, name = self.client("lambda"), self.physical_ids[logical_id]
        right = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**right, **variables}})
        try:
            yield
        finally:
            functions.update_function_configuration(FunctionName=name, Environment={"Variables": right})

    @contextmanager
    def shorter_timeout(self, logical_id: str, seconds: int) -> Iterator[None]:
        """The function with less time, and so with shorter leases."""
        functions, name = self.client("lambda"), self.physical_ids[logical_id]
        right = functions.get_function_configuration(FunctionName=name)["Timeout"]
        functions.update_function_configuration(FunctionName=name, Timeout=seconds)
        try:
            yield
        finally:
            functions.update_function_configuration(FunctionName=name, Timeout=right)

    @contextmanager
    def impatient(self, logical_id: str, seconds: int, receives: int) -> Iterator[None]:
        """The queue gives a message out again sooner, and fewer times before it is dead."""
        queues, url = self.client("sqs"), self.physical_ids[logical_id]
        names = ["VisibilityTimeout", "RedrivePolicy"]
        right = queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        policy = json.loads(right["RedrivePolicy"]) | {"maxReceiveCount": receives}
        changed = {"VisibilityTimeout": str(seconds), "RedrivePolicy": json.dumps(policy)}
        queues.set_queue_attributes(QueueUrl=url, Attributes=changed)
        try:
            yield
        finally:
            queues.set_queue_attributes(QueueUrl=url, Attributes=right)

    def kill_workers(self, logical_id: str) -> int:
        """SIGKILL the function's processes, and say how many there were."""
        ours = {
            f"AWS_LAMBDA_FUNCTION_NAME={self.physical_ids[logical_id]}",
            f"AWS_ENDPOINT_URL={self.stack['aws_endpoint_url']}",
        }
        pids = [pid for pid, environment in _environments() if ours <= environment]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return len(pids)

    # tables

    def item(self, table: str, pk: str, sk: str) -> dict[str, Any] | None:
        """An item in DynamoDB's own notation."""
        answer = self.client("dynamodb").get_item(
            TableName=self.physical_ids[table], Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True
        )
        found: dict[str, Any] | None = answer.get("Item")
        return found

    def set_text(self, table: str, pk: str, sk: str, attribute: str, text: str) -> None:
        """Change one attribute of an item that exists."""
        self.client("dynamodb").update_item(
            TableName=self.physical_ids[table],
            Key={"pk": {"S": pk}, "sk": {"S": sk}},
            UpdateExpression="SET #attribute = :text",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={"#attribute": attribute},
            ExpressionAttributeValues={":text": {"S": text}},
        )

    def tokens(self, tenant: str, realm_id: str) -> list[str]:
        """The connection's tokens, opened with the rights of an administrator."""
        item = self.item("ConnectionsTable", f"TENANT#{tenant}", f"CONNECTION#{realm_id}")
        assert item is not None
        kms = self.client("kms")
        return [
            kms.decrypt(
                CiphertextBlob=_bytes(item[name]["B"]),
                EncryptionContext={"tenant": tenant, "connection": realm_id},
                KeyId=self.physical_ids["TokenKey"],
            )["Plaintext"].decode()
            for name in ("access", "refresh")
        ]

    # secrets

    def secret(self, logical_id: str) -> str:
        """What a secret of the stack holds."""
        found = self.client("secretsmanager").get_secret_value(SecretId=self.physical_ids[logical_id])
        return str(found["SecretString"])

    # logs

    def log_lines(self) -> Iterator[str]:
        """Every line of every log group."""
        logs = self.client("logs")
        for page in logs.get_paginator("describe_log_groups").paginate():
            for group in page["logGroups"]:
                events = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
                yield from (event["message"] for found in events for event in found["events"])


class Inbox:
    """A queue behind a rule, as the host would have it; what was received is kept."""

    def __init__(self, aws: Aws, queue_url: str) -> None:
        self._sqs = aws.client("sqs")
        self.queue_url = queue_url
        self.bodies: list[Any] = []

    @classmethod
    def behind_the_bus(cls, aws: Aws) -> "Inbox":
        """Everything that the stack tells its host."""
        sqs, events = aws.client("sqs"), aws.client("events")
        bus = aws.outputs["EventBusName"]
        url = sqs.create_queue(QueueName="host-inbox")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.put_rule(Name="everything", EventBusName=bus, EventPattern='{"source": ["ledgerlink"]}')
        events.put_targets(Rule="everything", EventBusName=bus, Targets=[{"Id": "host", "Arn": arn}])
        return cls(aws, url)

    def _receive(self) -> None:
        while messages := self._sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.bodies.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])

    def events(self, detail_type: str, tenant: str) -> list[dict[str, Any]]:
        """The details of one type for one tenant, so far."""
        self._receive()
        return [
            body["detail"]
            for body in self.bodies
            if body["detail-type"] == detail_type and body["detail"]["tenant_id"] == tenant
        ]

    def wait_for(self, detail_type: str, tenant: str) -> dict[str, Any]:
        """The first of them."""
        return eventually(lambda: self.events(detail_type, tenant), lambda: f"{detail_type} for {tenant}")[0]

    def wait_for_message(self, about: str) -> Any:
        """The first message that has this text in it."""

        def look() -> Any:
            self._receive()
            return next((body for body in self.bodies if about in json.dumps(body)), None)

        return eventually(look, lambda: f"a message about {about}")


class QuickBooks(SimulatorControl):
    """The simulator's control API, with the faults that these tests stage."""

    def fail(self, then: dict[str, Any], *, times: int | None = 1, **match: str) -> str:
        """Let the next matching calls fail; return the fault's id."""
        added: str = self.call("POST", "faults", {"match": match, "times": times, "then": then})["id"]
        return added

    def is_waiting(self, fault_id: str) -> bool:
        """Whether no call has met the fault yet."""
        return fault_id in {fault["id"] for fault in self.call("GET", "faults")["faults"]}

    def new_company(self, name: str, **counts: int) -> str:
        """A company that is empty but for these counts, with documents of the last 80 days; its realm id."""
        counts = {"vendors": 0, "customers": 0, "items": 0, "purchase_orders": 0} | counts
        realm_id: str = self.call("POST", "companies", {"name": name, "plan": "Plus", "counts": counts})["realm_id"]
        return realm_id

    def calls(self, realm_id: str) -> int:
        """How often the company was called."""
        count: int = self.call("GET", f"stats?realm_id={realm_id}")["calls"]
        return count

    def calls_of(self, kind: str) -> int:
        """How often anybody made this kind of call."""
        count: int = self.call("GET", "stats")["by_kind"].get(kind, 0)
        return count

    def add(self, realm_id: str, entity: str, **fields: Any) -> dict[str, Any]:
        """Create as a user inside QuickBooks does."""
        made: dict[str, Any] = self.call("POST", f"companies/{realm_id}/entities/{entity}", fields)
        return made

    def change(self, realm_id: str, entity: str, entity_id: str, **fields: Any) -> None:
        """Edit as a user inside QuickBooks does."""
        self.call("PATCH", f"companies/{realm_id}/entities/{entity}/{entity_id}", fields)

    def delete(self, realm_id: str, entity: str, entity_id: str) -> None:
        """Delete as a user inside QuickBooks does."""
        self.call("DELETE", f"companies/{realm_id}/entities/{entity}/{entity_id}")

    def account(self, realm_id: str, name: str) -> str:
        """The id of an account."""
        return next(str(found["Id"]) for found in self.entities(realm_id, "Account") if found["Name"] == name)


def _environments() -> Iterator[tuple[int, set[str]]]:
    """The environment of every process that we may look into."""
    if not Path("/proc/self/environ").exists():
        listing = subprocess.run(["ps", "-axEww", "-o", "pid=,command="], capture_output=True, text=True, check=True)
        for line in listing.stdout.splitlines():
            pid, *words = line.split()
            yield int(pid), set(words)
        return
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield int(process.name), set((process / "environ").read_text(errors="replace").split("\0"))


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else base64.b64decode(value)
