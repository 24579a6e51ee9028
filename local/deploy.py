"""Build and deploy the repository's template to the local AWS engine, with the real SAM CLI."""

import json
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.aws.rest_api_id import rest_api_url
from local.files import digest_of, locked, write_atomically
from local.layout import Layout
from local.ports import Ports
from local.progress import run_logged, step

STACK_NAME = "ledgerlink-dev"
REGION = "us-east-1"
STAGE = "dev"
MAIL_SENDER = "books@ledgerlink.example"
VENDOR = "Plainfield Inventory"
SUPPORT = "help@plainfield.example"
# The logical id of the REST API in template.yaml.
API_LOGICAL_ID = "Api"

# What never ends up in a function, a layer or the template.
_NOT_DEPLOYED = (
    *("tests", "docs", "local", "bench", "node_modules"),
    *("README.md", "CHANGELOG.md", "Makefile", "pyproject.toml", "requirements-dev.txt", "samconfig.toml"),
)
_GOOD_STATUSES = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
_BROKEN_STATUSES = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")


def base_url(ports: Ports) -> str:
    """The public base URL of the API, known before the first deployment."""
    return rest_api_url(ports.aws_url, STACK_NAME, API_LOGICAL_ID, STAGE)


def client(service: str, ports: Ports) -> Any:
    """A boto3 client for the engine, whatever the developer's own AWS settings are."""
    session: Any = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    return session.client(
        service,
        endpoint_url=ports.aws_url,
        config=Config(proxies={}, retries={"total_max_attempts": 3}, read_timeout=60),
    )


@dataclass(frozen=True, slots=True)
class Deployment:
    """One application, one stack, one engine."""

    application: Path
    layout: Layout
    ports: Ports

    def run(self) -> dict[str, str]:
        """Build and deploy what has changed; return the stack's outputs."""
        sources = digest_of(self.application, skip=_NOT_DEPLOYED)
        if self._is_deployed(sources):
            print("  Nothing has changed since the last deployment", flush=True)
        else:
            # Two stacks may share the application, and so the directory of its build.
            with locked(self.application / ".aws-sam" / "build.lock", what="A build", wait=True):
                self._build(sources)
                self._deploy()
            self._remember(sources)
        outputs = (self._describe_stack() or {}).get("Outputs", ())
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}

    @property
    def _parameters(self) -> list[str]:
        return [
            f"Stage={STAGE}",
            f"Architecture={_architecture()}",
            f"IntuitBaseUrl={self.ports.quickbooks_url}",
            f"PublicBaseUrl={base_url(self.ports)}",
            f"MailSender={MAIL_SENDER}",
            # SAM takes a value with spaces in quotes.
            f'VendorName="{VENDOR}"',
            f"SupportAddress={SUPPORT}",
            f"OpenerOrigins={self.ports.vendor_url}",
            "LogLevel=DEBUG",
            # A laptop's person does not want to wait 105 seconds for three retries.
            "RetryIntervalSeconds=1",
        ]

    @property
    def _build_directory(self) -> Path:
        return self._sam_directory / "build"

    @property
    def _sam_directory(self) -> Path:
        # Apart from what `make deploy` builds: SAM's cache does not see for which processor a layer was made.
        return self.application / ".aws-sam" / "local"

    def _build(self, sources: str) -> None:
        marker = self._sam_directory / "built-from"
        template = self._build_directory / "template.yaml"
        wanted = f"{sources} {_architecture()}"
        if marker.exists() and template.exists() and marker.read_text() == f"{wanted} {_written_at(template)}":
            return
        with step("sam build"):
            self._sam(
                "build",
                *("--cached", "--parallel", "--build-dir", str(self._build_directory)),
                *("--cache-dir", str(self._sam_directory / "cache")),
                *("--parameter-overrides", *self._parameters),
            )
        marker.write_text(f"{wanted} {_written_at(template)}")

    def _deploy(self) -> None:
        self._remove_broken_stack()
        with step("sam deploy"):
            self._sam(
                "deploy",
                *("--template-file", str(self._build_directory / "template.yaml")),
                *("--stack-name", STACK_NAME, "--resolve-s3"),
                *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"),
                *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
                *("--parameter-overrides", *self._parameters),
            )

    def _sam(self, command: str, *arguments: str) -> None:
        run_logged(
            [sys.executable, "-m", "samcli", command, *arguments],
            log=self.layout.logs / f"sam-{command}.log",
            cwd=self.application,
            env=self._environment(),
            what=f"sam {command}",
        )

    def _environment(self) -> dict[str, str]:
        """The developer's own environment, but with no way to a real AWS account."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_CLI_"))}
        no_proxy = ",".join(filter(None, [own.get("NO_PROXY") or own.get("no_proxy"), "127.0.0.1", "localhost"]))
        return {
            **own,
            # sam build wants to find the runtime's python3.13 by name.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), own.get("PATH", os.defpath)]),
            "NO_PROXY": no_proxy,
            "no_proxy": no_proxy,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.ports.aws_url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            # The layers' makefiles do not see the template's parameters.
            "ARCHITECTURE": _architecture(),
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.3",
        }

    def _is_deployed(self, sources: str) -> bool:
        """Whether the engine still has exactly what was deployed last, and that is what we have."""
        try:
            last = json.loads(self.layout.deployed_file.read_text())
        except (OSError, ValueError):
            return False
        stack = self._describe_stack()
        return (
            stack is not None and stack["StackStatus"] in _GOOD_STATUSES and last == self._fingerprint(sources, stack)
        )

    def _remember(self, sources: str) -> None:
        stack = self._describe_stack()
        if stack is not None:
            write_atomically(self.layout.deployed_file, json.dumps(self._fingerprint(sources, stack)))

    def _fingerprint(self, sources: str, stack: dict[str, Any]) -> dict[str, Any]:
        # An engine that was killed may have lost the last deployment: then its
        # stack is another one, or was updated at another time.
        changed = stack.get("LastUpdatedTime") or stack["CreationTime"]
        return {
            "sources": sources,
            "parameters": self._parameters,
            "stack": stack["StackId"],
            "changed": changed.isoformat(),
        }

    def _describe_stack(self) -> dict[str, Any] | None:
        try:
            stacks = client("cloudformation", self.ports).describe_stacks(StackName=STACK_NAME)["Stacks"]
        except ClientError:
            return None
        stack: dict[str, Any] = stacks[0]
        return stack

    def _remove_broken_stack(self) -> None:
        """A stack whose creation failed can only be deleted."""
        stack = self._describe_stack()
        if stack is not None and stack["StackStatus"] in _BROKEN_STATUSES:
            cloudformation = client("cloudformation", self.ports)
            cloudformation.delete_stack(StackName=STACK_NAME)
            cloudformation.get_waiter("stack_delete_complete").wait(
                StackName=STACK_NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
            )


def _architecture() -> str:
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def _written_at(path: Path) -> int:
    return path.stat().st_mtime_ns
