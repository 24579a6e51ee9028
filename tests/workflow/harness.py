"""Run the repository's own state machines in moto's interpreter, with Python functions as the Lambdas.

The definition runs as it is written, its Retry entries included; only the waits
between retries are noted instead of slept through. moto knows no redrive.
"""

import importlib.util
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
import jsonata
import moto.awslambda_simple.models as lambda_simple
import yaml
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata
from moto.stepfunctions.parser.backend import execution_worker

ROOT = Path(__file__).parents[2]
DEFINITIONS = sorted((ROOT / "statemachines").glob("*.asl.yaml"))
REGION = "us-east-1"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:123456789012:function:"
PATIENCE_SECONDS = 20.0

type Handler = Callable[[Any], Any]


def load(path: Path, **substitutions: object) -> dict[str, Any]:
    """The definition with its ``${Name}`` filled in, as CloudFormation does it.

    ``${PushDocumentFunctionArn}`` is the function ``push_document`` unless something else is given.
    """
    filled = re.sub(r"\$\{(\w+)\}", lambda found: _value(found[1], substitutions), path.read_text())
    definition: dict[str, Any] = yaml.safe_load(filled)
    return definition


def _value(name: str, substitutions: Mapping[str, object]) -> str:
    if name not in substitutions and name.endswith("FunctionArn"):
        words = re.findall(r"[A-Z][a-z]*", name.removesuffix("FunctionArn"))
        return FUNCTION_ARN + "_".join(words).lower()
    return str(substitutions[name])


def push_document_definition(retry_interval_seconds: int = 15) -> dict[str, Any]:
    """The machine that pushes one document."""
    return load(ROOT / "statemachines" / "push_document.asl.yaml", RetryIntervalSeconds=retry_interval_seconds)


def push_backlog_definition() -> dict[str, Any]:
    """The machine that sends many documents."""
    return load(ROOT / "statemachines" / "push_backlog.asl.yaml", RetryIntervalSeconds=15)


def handler_module(function: str) -> ModuleType:
    """``functions/<function>/handler.py``, loaded by its path."""
    path = ROOT / "functions" / function / "handler.py"
    spec = importlib.util.spec_from_file_location(f"{function}_handler", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Context:
    """What Lambda passes to a handler."""

    function_version = "$LATEST"
    memory_limit_in_mb = 512
    aws_request_id = "b3c6a2f2-7c3a-4d57-9f8e-6a52d8f6b1a0"

    def __init__(self, function_name: str = "push_document") -> None:
        self.function_name = function_name
        self.invoked_function_arn = FUNCTION_ARN + function_name

    def get_remaining_time_in_millis(self) -> int:
        return 120_000


@dataclass
class Functions:
    """The Lambdas by name, and what each was called with."""

    handlers: Mapping[str, Handler]
    calls: list[dict[str, Any]] = field(default_factory=list)

    def invoke(self, name: str, body: str, answer_headers: dict[str, str]) -> bytes:
        """Report an exception as Lambda does: by its bare class name."""
        payload = json.loads(body)
        self.calls.append(payload)
        try:
            return json.dumps(self.handlers[name.rpartition(":")[2]](payload)).encode()
        except Exception as error:
            answer_headers["x-amz-function-error"] = "Unhandled"
            return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)}).encode()


@dataclass
class Machine:
    """One state machine in moto."""

    client: Any
    arn: str
    functions: Functions
    waits: list[float]
    """Seconds between the tries, in their order."""

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The payloads that reached the Lambda."""
        return self.functions.calls

    def run(self, value: Mapping[str, Any], name: str = "an-execution") -> dict[str, Any]:
        """Start an execution and return its description once it has closed."""
        started = self.client.start_execution(stateMachineArn=self.arn, name=name, input=json.dumps(value))
        return self.closed(started["executionArn"])

    def closed(self, execution_arn: str) -> dict[str, Any]:
        """The execution's description once it has closed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            found: dict[str, Any] = self.client.describe_execution(executionArn=execution_arn)
            if found["status"] != "RUNNING":
                return found
            assert time.monotonic() < deadline, f"still running after {PATIENCE_SECONDS} s"
            time.sleep(0.02)

    def history(self, execution_arn: str) -> list[dict[str, Any]]:
        """What the console shows of the execution."""
        found: list[dict[str, Any]] = self.client.get_execution_history(executionArn=execution_arn)["events"]
        return found

    @property
    def executions(self) -> list[dict[str, Any]]:
        """All executions of this machine."""
        found: list[dict[str, Any]] = self.client.list_executions(stateMachineArn=self.arn)["executions"]
        return found


@contextmanager
def machine(definition: Mapping[str, Any], handlers: Mapping[str, Handler]) -> Iterator[Machine]:
    """The definition, ready to run."""
    functions, waits = Functions(handlers), list[float]()
    with _moto(functions, waits):
        client = boto3.client("stepfunctions", region_name=REGION)
        role = "arn:aws:iam::123456789012:role/anything"
        created = client.create_state_machine(name="machine", definition=json.dumps(definition), roleArn=role)
        yield Machine(client, created["stateMachineArn"], functions, waits)


@contextmanager
def _moto(functions: Functions, waits: list[float]) -> Iterator[None]:
    def invoke(_backend: Any, name: str, _qualifier: Any, body: str, _headers: Any, answer_headers: Any) -> bytes:
        return functions.invoke(name, body, answer_headers)

    config: Any = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}
    with (
        mock_aws(config=config),
        patch.object(lambda_simple.LambdaSimpleBackend, "invoke", invoke),
        # moto ships no JSONata engine.
        patch.object(moto_jsonata, "_eval_jsonata", lambda text: jsonata.Jsonata(text).evaluate(None)),
        # AWS's context object has it (Step Functions guide, "Accessing execution data from the Context object").
        patch.object(execution_worker, "ExecutionData", lambda **execution: {**execution, "RedriveCount": 0}),
        patch.object(retrier_decl, "time", SimpleNamespace(sleep=waits.append)),
    ):
        yield
