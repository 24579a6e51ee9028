"""Start, stop and describe the whole stack on this machine.

For the demo and the end-to-end tests::

    stack = up(directory=tmp_path, aws_port=5566, quickbooks_port=9765)
    requests.get(stack["api_url"] + "/v1/openapi.json")
    down(directory=tmp_path)
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from local.deploy import REGION, STACK_NAME, Deployment, base_url
from local.errors import LocalStackError
from local.files import digest_of, locked, write_atomically
from local.lambda_runtime import install_lambda_runtime
from local.layout import REPOSITORY, Layout, layout_of
from local.ports import Ports, choose_ports, require_free
from local.processes import Running, Service
from local.progress import step
from local.stack_mail import verify_mail_sender
from local.stack_secrets import fill_intuit_secret, read_host_api_key

__all__ = ["LocalStackError", "down", "read_stack", "status", "up"]

Stack = dict[str, Any]


def up(
    *,
    directory: Path | str | None = None,
    aws_port: int | None = None,
    quickbooks_port: int | None = None,
    application: Path = REPOSITORY,
) -> Stack:
    """Start what does not run, deploy what has changed; return what ``stack.json`` says.

    Safe to repeat. ``application`` is the directory with template.yaml.
    """
    started = time.monotonic()
    layout, ports = layout_of(directory), choose_ports(aws_port, quickbooks_port)
    layout.make()
    with locked(layout.directory / "up.lock", what="Starting this stack"):
        simulator, engine = _simulator(layout), _engine(layout)
        keep_simulator = _keep(simulator, ports.quickbooks, "QUICKBOOKS_PORT", _simulator_version())
        keep_engine = _keep(engine, ports.aws, "AWS_PORT", _engine_version())
        install_lambda_runtime(layout)
        if not keep_simulator:
            _start_simulator(simulator, layout, ports)
        if not keep_engine:
            _start_engine(engine, layout, ports)

        outputs = Deployment(application, layout, ports).run()
        if "IntuitSecretArn" in outputs:
            fill_intuit_secret(ports, outputs["IntuitSecretArn"])
        verify_mail_sender(ports)
        stack = _describe(ports, outputs)
        write_atomically(layout.stack_file, json.dumps(stack, indent=2) + "\n")
    _say_what_is_there(stack, layout, time.monotonic() - started)
    return stack


def down(*, directory: Path | str | None = None, clean: bool = False) -> None:
    """Stop both processes, whatever state they are in; ``clean`` also forgets all data."""
    layout = layout_of(directory)
    for service in (_engine(layout), _simulator(layout)):
        print(f"{service.title} {service.stop()}", flush=True)
    layout.stack_file.unlink(missing_ok=True)
    if clean:
        shutil.rmtree(layout.state, ignore_errors=True)
        layout.deployed_file.unlink(missing_ok=True)
        print(f"Removed all data in {layout.state}", flush=True)
    elif layout.state.exists():
        print(f"The data stays in {layout.state}", flush=True)


def status(*, directory: Path | str | None = None) -> bool:
    """Print what runs; return whether all of it does."""
    layout = layout_of(directory)
    complete = layout.stack_file.exists()
    for service in (_engine(layout), _simulator(layout)):
        process = service.running()
        if process is None:
            complete = False
            print(f"{service.title}: not running")
        elif service.is_healthy(process.port):
            print(f"{service.title}: http://127.0.0.1:{process.port} (pid {process.pid})")
        else:
            complete = False
            print(f"{service.title}: pid {process.pid} does not answer; see {service.log}")
    if complete:
        stack = read_stack(layout.stack_file)
        print(f"API: {stack['api_url']}\nPortal: {stack['portal_url']}")
    else:
        print("Start it with: make up")
    return complete


def read_stack(path: Path | str | None = None) -> Stack:
    """What the last ``up`` wrote: URLs, the host API key, the stack's outputs."""
    path = Path(path) if path is not None else layout_of().stack_file
    try:
        stack: Stack = json.loads(path.read_text())
    except FileNotFoundError:
        raise LocalStackError(f"The stack is not running ({path} does not exist). Start it with: make up") from None
    return stack


def _simulator(layout: Layout) -> Service:
    return Service("quickbooks", "The QuickBooks simulator", "/simulator/health", layout)


def _engine(layout: Layout) -> Service:
    return Service("aws", "The local AWS engine", "/_ministack/health", layout)


def _simulator_version() -> str:
    return digest_of(REPOSITORY / "local" / "quickbooks")


def _engine_version() -> str:
    return digest_of(REPOSITORY / "local" / "aws")


def _keep(service: Service, port: int, variable: str, version: str) -> bool:
    """Whether the running process can be used; one that cannot is stopped."""
    process = service.running()
    if process is None:
        require_free(port, what=service.title[0].lower() + service.title[1:], variable=variable)
        return False
    if process.port != port:
        raise LocalStackError(
            f"{service.title} of this stack already runs on port {process.port}, not on {port}.\n"
            "Stop it first (make down), or start a second stack with another --dir."
        )
    why = _why_restart(service, process, version)
    if why is not None:
        print(f"  {service.title} {why}: it {service.stop()}", flush=True)
    return why is None


def _why_restart(service: Service, process: Running, version: str) -> str | None:
    if not service.is_healthy(process.port):
        return "does not answer"
    if process.version != version:
        return "has newer code"
    return None


def _start_simulator(service: Service, layout: Layout, ports: Ports) -> None:
    with step(f"Start the QuickBooks simulator on port {ports.quickbooks}"):
        service.start(
            [
                *(sys.executable, "-m", "local.quickbooks", "--host", "127.0.0.1"),
                *("--port", str(ports.quickbooks), "--state", str(layout.state / "quickbooks.json")),
            ],
            cwd=REPOSITORY,
            env=_plain_environment(),
            port=ports.quickbooks,
            version=_simulator_version(),
        )


def _start_engine(service: Service, layout: Layout, ports: Ports) -> None:
    with step(f"Start the local AWS engine on port {ports.aws}"):
        service.start(
            [
                *(sys.executable, "-m", "local.aws", "--port", str(ports.aws)),
                *("--state-dir", str(layout.state / "aws"), "--lambda-runtime", str(layout.lambda_runtime)),
            ],
            cwd=REPOSITORY,
            env=_plain_environment(),
            port=ports.aws,
            version=_engine_version(),
        )


def _plain_environment() -> dict[str, str]:
    """The developer's AWS settings, proxies and PYTHON* variables do not reach the stack."""
    names = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE")
    return {**{name: os.environ[name] for name in names if name in os.environ}, "PYTHONUNBUFFERED": "1"}


def _describe(ports: Ports, outputs: dict[str, str]) -> Stack:
    url = base_url(ports)
    key = outputs.get("HostApiKeySecretArn")
    return {
        "api_url": url,
        "portal_url": f"{url}/portal",
        "host_api_key": read_host_api_key(ports, key) if key else None,
        "quickbooks_url": ports.quickbooks_url,
        "vendor_url": ports.vendor_url,
        "aws_endpoint_url": ports.aws_url,
        "stack_name": STACK_NAME,
        "region": REGION,
        "outputs": outputs,
    }


def _say_what_is_there(stack: Stack, layout: Layout, seconds: float) -> None:
    print(f"\nThe stack is up after {seconds:.1f} s.\n")
    for title, key in (
        ("API", "api_url"),
        ("Portal", "portal_url"),
        ("QuickBooks", "quickbooks_url"),
        ("AWS endpoint", "aws_endpoint_url"),
    ):
        print(f"  {title:<14}{stack[key]}")
    print(f"  {'API key':<14}in {layout.stack_file}")
    print("\nStop it with: make down", flush=True)
