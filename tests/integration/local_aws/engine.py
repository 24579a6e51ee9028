"""A real engine process, and short ways to make things in it and to wait for them."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.layout import REPOSITORY

PATIENCE_SECONDS = 20.0
# Retries of a failed asynchronous invocation: 1 s and 2 s otherwise.
QUICK_RETRIES = {"LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.05"}


class Engine:
    """One engine process; most methods make one thing in it and return its ARN."""

    def __init__(self, state_dir: Path, lambda_runtime: Path, port: int, *options: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.state_dir = state_dir
        self._command = [
            *(sys.executable, "-m", "local.aws", "--port", str(port)),
            *("--state-dir", str(state_dir), "--lambda-runtime", str(lambda_runtime), *options),
        ]
        self._log = state_dir.with_name(f"{state_dir.name}.log")
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: dict[tuple[str, str], Any] = {}

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
                env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **QUICK_RETRIES},
            )
        eventually(self._answers, why=lambda: self._log.read_text()[-2000:])

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        assert self._process is not None
        self._process.send_signal(with_signal)
        self._process.wait(timeout=PATIENCE_SECONDS)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()[-2000:]
        try:
            return bool(urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2).status == 200)
        except OSError:
            return False

    def client(self, service: str, access_key: str = "test", secret_key: str = "test") -> Any:
        # Making a boto3 client takes longer than most calls to the engine.
        key = (service, access_key)
        if key not in self._clients:
            session: Any = boto3.Session(
                aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name="us-east-1"
            )
            config = Config(retries={"total_max_attempts": 1}, max_pool_connections=32)
            self._clients[key] = session.client(service, endpoint_url=self.url, config=config)
        return self._clients[key]

    def role(self, name: str = "anything") -> str:
        """A role that may do anything."""
        iam = self.client("iam")
        trust = {"Version": "2012-10-17", "Statement": []}
        try:
            arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        except iam.exceptions.EntityAlreadyExistsException:
            arn = iam.get_role(RoleName=name)["Role"]["Arn"]
        allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [allow]}
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(policy))
        return arn

    def function(self, name: str, code: str, **options: Any) -> str:
        """A Python function whose handler is ``handler`` in ``code``; return its ARN."""
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("code.py", code)
        created = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="code.handler",
            Role=self.role(),
            Code={"ZipFile": content.getvalue()},
            **{"Timeout": 10, **options},
        )
        return str(created["FunctionArn"])

    def invoke(self, name: str, event: Any = None) -> Any:
        """Invoke and return the payload, which for an error has ``errorType``."""
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    def state_machine(self, name: str, states: dict[str, Any], **fields: Any) -> str:
        """A JSONata state machine that starts at the first state; return its ARN."""
        definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **fields}
        created = self.client("stepfunctions").create_state_machine(
            name=name, definition=json.dumps(definition), roleArn=self.role()
        )
        return str(created["stateMachineArn"])

    def run(self, machine_arn: str, value: Any = None, **options: Any) -> dict[str, Any]:
        """Start an execution and return its description once it has closed."""
        started = self.client("stepfunctions").start_execution(
            stateMachineArn=machine_arn, input=json.dumps(value or {}), **options
        )
        return self.closed(started["executionArn"])

    def closed(self, execution_arn: str) -> dict[str, Any]:
        """Wait until the execution has closed."""
        states = self.client("stepfunctions")

        def description() -> Any:
            found = states.describe_execution(executionArn=execution_arn)
            return found if found["status"] != "RUNNING" else None

        result: dict[str, Any] = eventually(description)
        return result

    def queue(self, name: str) -> tuple[str, str]:
        """An SQS queue: its URL and its ARN."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        return url, attributes["QueueArn"]

    def receive(self, queue_url: str) -> dict[str, Any]:
        """Wait for a message, take it off the queue and return it."""
        sqs = self.client("sqs")

        def message() -> Any:
            received = sqs.receive_message(QueueUrl=queue_url, MessageAttributeNames=["All"])
            return next(iter(received.get("Messages", ())), None)

        result: dict[str, Any] = eventually(message)
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=result["ReceiptHandle"])
        return result

    def deploy(self, name: str, resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> dict[str, str]:
        """Create or update a stack through SAM's transform; return its outputs."""
        cloudformation = self.client("cloudformation")
        template = {
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": resources,
            "Outputs": {key: {"Value": value} for key, value in (outputs or {}).items()},
        }
        request = {
            "StackName": name,
            "TemplateBody": json.dumps(template),
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        }
        try:
            cloudformation.create_stack(**request)
        except cloudformation.exceptions.AlreadyExistsException:
            cloudformation.update_stack(**request)

        def finished() -> Any:
            stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
            return None if stack["StackStatus"].endswith("IN_PROGRESS") else stack

        stack = eventually(finished)
        assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}

    def http(self, method: str, url: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        """Status, headers with lower-case names, and body."""
        request = urllib.request.Request(url, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read().decode()


def eventually(found: Callable[[], Any], why: Callable[[], str] = lambda: "") -> Any:
    """Poll until something is found."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (result := found()):
        assert time.monotonic() < deadline, f"Not within {PATIENCE_SECONDS} s {why()}"
        time.sleep(0.05)
    return result


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
