"""A simulator that runs in this process, on a port of its own."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from local.quickbooks.server import Server
from local.quickbooks.state import Saver, load
from local.quickbooks.world import World


class Simulator:
    """QuickBooks Online on ``url``, until ``close``.

    Port 0 takes any free port. With ``state`` the simulator continues where the file left off.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 1,
        latency_ms: int = 0,
        state: Path | None = None,
    ) -> None:
        self.world = World(seed, latency_ms)
        if state is None or not load(self.world, state):
            self.world.populate()
        self._server = Server((host, port), self.world)
        self._saver = None if state is None else Saver(self.world, state)
        if self._saver is not None:
            self._saver.start()
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="quickbooks", daemon=True
        )
        self._thread.start()
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop serving, cut open connections and save."""
        self.world.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.cut_all()
        if self._saver is not None:
            self._saver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
