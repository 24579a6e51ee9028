"""A door to moto, which lives in one process, for another process."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import requests

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([\w-]+)/(\w+)/")
_PASSED_ON = ("Authorization", "Content-Type", "X-Amz-Target", "X-Amz-Date")
_SECONDS = 60


class _Handler(BaseHTTPRequestHandler):
    """Passes a request on to the service that it is signed for. Requests in this process are moto's to answer."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        scope = _SCOPE.search(self.headers["Authorization"])
        assert scope is not None
        region, service = scope.groups()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        answer = requests.post(
            f"https://{service}.{region}.amazonaws.com/", data=body, headers=headers, timeout=_SECONDS
        )
        self.send_response(answer.status_code)
        for name in ("Content-Type", "x-amzn-RequestId", "x-amzn-errortype"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def front_door() -> Iterator[str]:
    """The endpoint for other processes."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
