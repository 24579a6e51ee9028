"""Run something as soon as the engine answers requests."""

import socket
import threading
import time
from collections.abc import Callable


def when_ready(port: int, action: Callable[[], None]) -> None:
    """Call ``action`` in a thread of its own once the port accepts connections."""

    def wait() -> None:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        action()

    threading.Thread(target=wait, daemon=True, name="when-ready").start()
