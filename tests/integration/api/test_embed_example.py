"""The example of the documentation: what its server does with an answer that is an error."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import requests

from local.layout import REPOSITORY
from local.ports import free_ports

EXAMPLE = REPOSITORY / "docs" / "examples" / "embed" / "server.py"
UNKNOWN = {"error": {"category": "validation", "code": "unknown_tenant", "message": "There is no tenant.", "hint": ""}}


class Refusing(BaseHTTPRequestHandler):
    """Ledgerlink before it has heard of the tenant."""

    def do_GET(self) -> None:
        body = json.dumps(UNKNOWN).encode()
        self.send_response(404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET


@pytest.fixture
def example() -> Iterator[str]:
    """The vendor's application, and its address."""
    (port,) = free_ports(1)
    with HTTPServer(("127.0.0.1", 0), Refusing) as api:
        Thread(target=api.serve_forever, daemon=True).start()
        facts = {"LEDGERLINK_URL": f"http://127.0.0.1:{api.server_port}", "LEDGERLINK_KEY": "key"}
        command = [sys.executable, str(EXAMPLE), str(port)]
        server = subprocess.Popen(command, env={**os.environ, **facts}, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            # It says where it runs as soon as it can be called.
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
            server.wait()
            api.shutdown()


@pytest.mark.parametrize(("method", "path"), [("GET", "/quickbooks/connections"), ("POST", "/quickbooks/sessions")])
def test_an_error_is_handed_on_to_the_page_in_its_own_words(example: str, method: str, path: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(method, example + path, timeout=10)

    assert (answer.status_code, answer.json()) == (404, UNKNOWN)
