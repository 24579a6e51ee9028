"""An endpoint for webhooks that keeps what it is sent and answers as it is told."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """Listens on a port of its own until ``close``."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []  # for the next posts; 200 when there is none left
        self.delay = 0.0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(receiver.delay)
                receiver.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks"

    @property
    def bodies(self) -> list[Any]:
        """What was posted, as JSON."""
        return [json.loads(body) for _, body in self.posts]

    @property
    def events(self) -> list[tuple[str, str]]:
        """Type and entity id of every CloudEvent, in the order in which they came."""
        return [(event["type"], event["intuitentityid"]) for body in self.bodies for event in body]

    def wait_for(self, posts: int, seconds: float = 10) -> None:
        """Wait until so many posts have come."""
        until = time.monotonic() + seconds
        while len(self.posts) < posts:
            assert time.monotonic() < until, f"{len(self.posts)} posts instead of {posts}"
            time.sleep(0.005)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
