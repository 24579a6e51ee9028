"""The HTTP server: HTTP/1.1 with connections kept alive, one thread per connection."""

import contextlib
import socket
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from local.quickbooks.messages import Request, Response, json_response
from local.quickbooks.routes import handle
from local.quickbooks.world import World

_LARGEST_BODY = 10 * 1024 * 1024


class Server(ThreadingHTTPServer):
    """Serves one world."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], world: World) -> None:
        self.world = world
        self._sockets: set[socket.socket] = set()
        self._sockets_lock = threading.Lock()
        super().__init__(address, _Handler)

    def opened(self, connection: socket.socket) -> None:
        """Note a connection, to cut it when the server closes."""
        with self._sockets_lock:
            self._sockets.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._sockets_lock:
            self._sockets.discard(connection)

    def cut_all(self) -> None:
        """Cut every open connection, idle ones included."""
        with self._sockets_lock:
            open_sockets = list(self._sockets)
        for connection in open_sockets:
            cut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about clients that went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout: ClassVar[float | None] = 120
    server: Server

    def version_string(self) -> str:
        return "nginx"

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        super().finish()

    def serve(self) -> None:
        """Read one request, have it answered, and write the answer in one piece."""
        world = self.server.world
        received = world.clock.now()
        try:
            body = self._read_body()
        except ValueError:
            self.close_connection = True
            self._write(json_response({"error": "body too large or without a length"}, 413))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = headers.get("host") or "{}:{}".format(*self.server.server_address[:2])
        request = Request(self.command, self.path, headers, body, received, f"http://{host}")
        try:
            response = handle(world, request)
        except Exception:
            traceback.print_exc()
            response = json_response({"error": "the simulator itself failed; see its output"}, 500)
        if response.cut:
            self.close_connection = True
            cut(self.connection)
            return
        self._write(response)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep no log: paths hold ids and queries; the control API has the last calls."""

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= _LARGEST_BODY:
            raise ValueError(length)
        return self.rfile.read(length)

    def _read_chunks(self) -> bytes:
        parts: list[bytes] = []
        while True:
            size = int(self.rfile.readline(100).split(b";")[0], 16)
            if sum(map(len, parts)) + size > _LARGEST_BODY:
                raise ValueError(size)
            if not size:
                while self.rfile.readline(1000).strip():
                    pass
                return b"".join(parts)
            parts.append(self.rfile.read(size))
            self.rfile.readline(10)

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.body or response.status == 200:
            self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()


def cut(connection: socket.socket) -> None:
    """Close a connection at once, whoever is reading from it."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


for _method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler.serve)
