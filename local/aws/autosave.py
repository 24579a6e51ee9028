"""Save the state every few seconds, not only at the end.

AWS: loses nothing.
ministack 1.5.33: saves its state when it stops, so ``kill -9`` loses everything.
Here: every few seconds, each service to its own file, replaced as a whole. A
service whose state has not changed is not written again. The files are not one
snapshot: a kill may leave one service a moment ahead of another.
"""

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import persistence

from local.aws import readiness
from local.aws.settings import Settings

_BUSY_RETRIES = 3
# A save may take a moment on a busy machine: never let it use more than a tenth of the time.
_REST_PER_WORK = 10


class Saver:
    """Writes what has changed since the last time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._written: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def save(self) -> None:
        """Save every service that has state."""
        with self._lock:
            self._directory.mkdir(parents=True, exist_ok=True)
            for service, get_state in app._build_persistence_save_dict().items():
                state = _read(get_state)
                if state is not None:
                    self._write(service, state)

    def _write(self, service: str, state: Any) -> None:
        text = json.dumps(
            {"__ministack_format__": persistence._state_format_version(service), "payload": state},
            default=persistence._json_default,
        )
        digest = hashlib.sha256(text.encode()).digest()
        if self._written.get(service) == digest:
            return
        path = self._directory / f"{service}.json"
        new = path.with_suffix(".json.new")
        new.write_text(text)
        new.replace(path)
        self._written[service] = digest


def _read(get_state: Callable[[], Any]) -> Any:
    """A service may change its state while it is copied: then copy it again."""
    for _ in range(_BUSY_RETRIES):
        with contextlib.suppress(RuntimeError):
            return get_state()
    return None


def close_gap(settings: Settings) -> None:
    """Save in the background, from when the state of the last run has been loaded, and at the end."""
    saver = Saver(Path(persistence.STATE_DIR))

    def save_again_and_again() -> None:
        while True:
            started = time.monotonic()
            try:
                saver.save()
            except Exception:
                app.logger.exception("The state could not be saved")
            took = time.monotonic() - started
            time.sleep(max(settings.save_seconds, took * _REST_PER_WORK))

    # ministack's own way of saving at the end skips a service that is busy at that moment.
    app.save_all = lambda _services: saver.save()
    readiness.when_ready(settings.port, save_again_and_again)
