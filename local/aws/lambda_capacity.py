"""A burst waits for a free Lambda environment instead of eating the machine.

AWS: starts as many environments as there are concurrent requests, on machines
that it has plenty of.
ministack 1.5.33: does the same with processes of this machine. 200 executions at
once started 155 processes (5.6 GB), and a start that took too long made it end
every environment of the function.
Here: a few environments per function, requests wait for one of them, and no more
cold starts at a time than there are CPUs. A function's reserved concurrency
still refuses at once, as on AWS.
"""

import os
import threading
from typing import Any

from ministack.core import lambda_runtime as runtime
from ministack.services import lambda_svc

from local.aws.settings import Settings


class FunctionSlots:
    """How many invocations each function may run at the same time."""

    def __init__(self, per_function: int) -> None:
        self._per_function = per_function
        self._slots: dict[str, threading.Semaphore] = {}
        self._lock = threading.Lock()

    def of(self, function_arn: str) -> threading.Semaphore:
        """The semaphore to hold while the function runs."""
        with self._lock:
            return self._slots.setdefault(function_arn, threading.Semaphore(self._per_function))


def close_gap(settings: Settings) -> None:
    """Put a semaphore before each invocation and before each cold start."""
    slots = FunctionSlots(settings.environments_per_function)
    cold_starts = threading.Semaphore(os.cpu_count() or 2)
    stock_execute = lambda_svc._execute_function_provided_warm
    stock_spawn = runtime.ProvidedWorker._spawn

    def execute(function: dict[str, Any], event: Any, request_id: str) -> Any:
        config = function.get("config") or function
        with slots.of(str(config["FunctionArn"])):
            return stock_execute(function, event, request_id)

    def spawn(worker: Any, init_timeout: float | None = None) -> None:
        with cold_starts:
            stock_spawn(worker, init_timeout)

    lambda_svc._execute_function_provided_warm = execute
    runtime.ProvidedWorker._spawn = spawn
