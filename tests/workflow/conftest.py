"""The push state machine with the function that it really calls, in front of a scripted pusher."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from ledgerlink.usecases.push.push_document import Pushed, PushTask
from tests.workflow.harness import Context, Machine, handler_module, machine, push_document_definition


@dataclass
class ScriptedPusher:
    """Fails as often as it was told, then succeeds."""

    failures: list[Exception] = field(default_factory=list)
    tasks: list[PushTask] = field(default_factory=list)

    def push(self, task: PushTask, lease: timedelta) -> Pushed:
        self.tasks.append(task)
        if self.failures:
            raise self.failures.pop(0)
        return Pushed(entity_id="117", how="created")


@pytest.fixture(scope="session")
def push_document_module() -> ModuleType:
    """functions/push_document/handler.py."""
    return handler_module("push_document")


@pytest.fixture
def pusher() -> ScriptedPusher:
    """What the function calls; set its ``failures``."""
    return ScriptedPusher()


@pytest.fixture
def push(
    monkeypatch: pytest.MonkeyPatch, push_document_module: ModuleType, pusher: ScriptedPusher
) -> Iterator[Machine]:
    """statemachines/push_document.asl.yaml calling functions/push_document."""
    monkeypatch.setattr(push_document_module, "wiring", lambda: SimpleNamespace(pusher=pusher))
    # Otherwise Powertools prints metrics and warns where there are none.
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")

    def handler(event: Any) -> Any:
        return push_document_module.lambda_handler(event, Context())

    with machine(push_document_definition(), {"push_document": handler}) as running:
        yield running
