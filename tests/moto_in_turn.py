"""Makes moto answer one request after the other."""

import threading
from typing import Any

import pytest
from moto.core.botocore_stubber import BotocoreStubber


def answer_in_turn(patch: pytest.MonkeyPatch) -> None:
    """DynamoDB checks and writes in one step; moto does not, between threads."""
    lock, original = threading.RLock(), BotocoreStubber.__call__

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        with lock:
            return original(self, *args, **kwargs)

    patch.setattr(BotocoreStubber, "__call__", call)
