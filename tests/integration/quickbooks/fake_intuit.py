"""A small HTTP server that plays Intuit from a script: for answers that no well-behaved server gives."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TID = "1-5f733cd3-284572515eb5f21f8e8afa62"


@dataclass
class Answer:
    """One answer; or ``hangs`` keeps the caller waiting, ``closes`` hangs up, ``cut`` ends it inside the body."""

    status: int = 200
    body: Any = b""
    hangs: bool = False
    closes: bool = False
    cut: bool = False

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class FakeIntuit:
    """Answers from ``script`` in turn (discovery apart), keeps the requests and counts the connections."""

    script: list[Answer] = field(default_factory=list)
    discovery: list[Answer] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> "FakeIntuit":
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.discovery_url = f"{self.url}/.well-known/openid_configuration/"
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def _next(self, path: str) -> Answer:
        if path.startswith("/.well-known/"):
            return self.discovery.pop(0) if self.discovery else Answer(body=self._document())
        return self.script.pop(0)

    def _document(self) -> dict[str, str]:
        names = ("authorization", "token", "userinfo", "revocation")
        document = {f"{name}_endpoint": f"{self.url}/{name}" for name in names}
        return {**document, "issuer": self.url, "jwks_uri": f"{self.url}/jwks"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        intuit = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                intuit.connections += 1
                super().setup()

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                intuit.requests.append(Request(self.path, dict(self.headers.items()), body))
                answer = intuit._next(self.path)
                self.close_connection = answer.hangs or answer.cut or answer.closes
                if answer.hangs:
                    intuit._over.wait(10)
                if answer.hangs or answer.closes:
                    return
                content = answer.content()
                self.send_response(answer.status)
                self.send_header("intuit_tid", TID)
                self.send_header("Content-Type", "application/json;charset=UTF-8")
                self.send_header("Content-Length", str(len(content) * 2 if answer.cut else len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        return Handler
