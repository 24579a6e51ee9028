"""Python functions run under AWS's own runtime client, on nothing but their artifact.

AWS: the runtime client (awslambdaric) reports an exception with its bare class
name as ``errorType``, which is what a state machine's Retry compares; a function
imports its code, its layers and what the runtime brings (boto3), nothing else
(Lambda guide, "Building Lambda functions with Python").
ministack 1.5.33: runs Python in a worker of its own that reports every exception
as ``Runtime.HandlerError``, ends the process, sees the packages of the engine's
own virtual environment, and waits 50 ms for log lines after each invocation.
Here: each environment is ``python -S -m awslambdaric`` against the Runtime API
that ministack already serves for ``provided`` runtimes.
"""

import os
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime as runtime
from ministack.services import lambda_svc

from local.aws.settings import Settings

# Importing pydantic and the AWS SDK on a busy laptop takes longer than on AWS.
_INIT_SECONDS = 60.0


class PythonEnvironment(runtime.ProvidedWorker):  # type: ignore[misc]
    """One execution environment: a process that serves one invocation after another."""

    def _build_handler_class(self, generation: int, pending: Any) -> Any:
        class RuntimeApi(super()._build_handler_class(generation, pending)):  # type: ignore[misc]
            # Headers and body leave in two writes; with Nagle's algorithm the
            # second one waits 40 ms for the client's delayed acknowledgement.
            disable_nagle_algorithm = True

        return RuntimeApi

    def _await_init(self, init_timeout: float | None = None) -> None:
        super()._await_init(max(_INIT_SECONDS, init_timeout or 0.0))

    def _drain_stderr_bounded(
        self, first_line_wait: float = 0.004, idle_confirm: float = 0.003, hard_cap: float = 0.25
    ) -> Any:
        # The client writes log lines before it posts the answer, so they are
        # already in the pipe: most invocations need no wait at all.
        return super()._drain_stderr_bounded(first_line_wait, idle_confirm, hard_cap)

    def invoke(self, event: Any, request_id: str, **options: Any) -> Any:
        """Report a failed import as AWS does, and leave the function's other environments alone."""
        try:
            return super().invoke(event, request_id, **options)
        except RuntimeError as error:
            payload = self._init_error
            if not isinstance(payload, dict):
                payload = {"errorType": "Runtime.ExitError", "errorMessage": str(error)}
            return {
                "status": "error",
                "error": str(payload.get("errorMessage", "")),
                "error_payload": payload,
                "log": self._drain_stderr(),
            }


def close_gap(settings: Settings) -> None:
    """Route Python functions to :class:`PythonEnvironment`."""
    stock_class_for = runtime._worker_class_for
    stock_execute = lambda_svc._execute_function_warm
    stock_code_dir = lambda_svc._provided_runtime_code_dir
    stock_environment = lambda_svc._provided_worker_env

    def class_for(config: dict[str, Any]) -> Any:
        return PythonEnvironment if _is_python(config) else stock_class_for(config)

    def execute(function: dict[str, Any], event: Any, request_id: str) -> Any:
        if _is_python(function.get("config") or function):
            return lambda_svc._execute_function_provided_warm(function, event, request_id)
        return stock_execute(function, event, request_id)

    def code_dir(code_zip: bytes) -> str:
        directory: str = stock_code_dir(code_zip)
        _write_bootstrap(Path(directory) / "bootstrap")
        return directory

    def environment(config: dict[str, Any], directory: str, port: int) -> dict[str, str]:
        if not _is_python(config):
            stock: dict[str, str] = stock_environment(config, directory, port)
            return stock
        return _environment(config, directory, port, settings)

    runtime._worker_class_for = class_for
    lambda_svc._execute_function_warm = execute
    lambda_svc._provided_runtime_code_dir = code_dir
    lambda_svc._provided_worker_env = environment


def _is_python(config: dict[str, Any]) -> bool:
    return str(config.get("Runtime", "")).startswith("python")


def _write_bootstrap(path: Path) -> None:
    """A ``provided`` runtime starts the file ``bootstrap``; ours starts the runtime client."""
    if path.exists():
        return
    # -S and -s keep every site-packages directory out, the developer's included.
    python = shlex.quote(_interpreter())
    # ministack forks under this lock: a process forked while the file is open
    # for writing would make its start fail with "text file busy".
    with lambda_svc._provided_code_lock:
        path.write_text(f'#!/bin/sh\nexec {python} -s -S -m awslambdaric "$_HANDLER"\n')
        path.chmod(0o755)


def _interpreter() -> str:
    """The Python that this virtual environment was made from."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return str(Path(sys.base_prefix, "bin", version).resolve())


def _environment(config: dict[str, Any], code_dir: str, port: int, settings: Settings) -> dict[str, str]:
    """What AWS puts into a function's environment, and nothing of the engine's own."""
    name = str(config["FunctionName"])
    region = str(config["FunctionArn"]).split(":")[3]
    logging_config = config.get("LoggingConfig") or {}
    scratch = tempfile.gettempdir()
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        # boto3 would otherwise read the developer's own ~/.aws.
        "HOME": scratch,
        "TMPDIR": scratch,
        "PYTHONPATH": os.pathsep.join(_import_path(config, code_dir, settings.lambda_runtime)),
        "PYTHONUNBUFFERED": "1",
        "_HANDLER": str(config.get("Handler", "")),
        "LAMBDA_TASK_ROOT": code_dir,
        "LAMBDA_RUNTIME_DIR": str(settings.lambda_runtime),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": str(config.get("Version", "$LATEST")),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_LOG_GROUP_NAME": str(logging_config.get("LogGroup") or f"/aws/lambda/{name}"),
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[{config.get('Version', '$LATEST')}]{os.urandom(16).hex()}",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }
    if logging_config.get("LogFormat"):
        environment["AWS_LAMBDA_LOG_FORMAT"] = str(logging_config["LogFormat"])
    if logging_config.get("ApplicationLogLevel"):
        environment["AWS_LAMBDA_LOG_LEVEL"] = str(logging_config["ApplicationLogLevel"])
    environment.update(runtime.execution_credentials(config))
    environment.update(lambda_svc._runtime_env_vars(config))
    environment["AWS_ENDPOINT_URL"] = settings.url
    return environment


def _import_path(config: dict[str, Any], code_dir: str, lambda_runtime: Path) -> list[str]:
    """The order of AWS: the code, the layers (the last one wins), the runtime."""
    path = [code_dir]
    packages = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    for layer in reversed(config.get("Layers") or []):
        content = lambda_svc._resolve_layer_zip(layer)
        if content:
            python = Path(lambda_svc._docker_extracted_dir(content, "layer")) / "python"
            path += [str(python / packages), str(python)]
    return [*path, str(lambda_runtime)]
