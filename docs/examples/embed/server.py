"""A vendor's application in one file: a page with a button, and the calls that only its server may make.

    LEDGERLINK_URL=https://api.example.com LEDGERLINK_KEY=… python server.py 8766

For the stack on this machine (``make up``) both are in ``.local/stack.json``, as ``api_url`` and ``host_api_key``, and
the page has to run at its ``vendor_url``: the stack tells other pages nothing.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LEDGERLINK_URL = os.environ["LEDGERLINK_URL"].rstrip("/")
LEDGERLINK_KEY = os.environ["LEDGERLINK_KEY"]
# An application has many customers; each is a tenant of its own. This one has a single one, who is always signed in.
TENANT = os.environ.get("TENANT", "mill-lane")


def ledgerlink(method: str, path: str, body: object = None) -> tuple[int, bytes]:
    """Call the API with the key that never leaves the server."""
    call = urllib.request.Request(
        f"{LEDGERLINK_URL}/v1/tenants/{TENANT}{path}",
        method=method,
        data=json.dumps(body).encode() if body else None,
        headers={"Authorization": f"Bearer {LEDGERLINK_KEY}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(call, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        # It says in words what happened and what to do, in one shape for all errors.
        return error.code, error.read()


class Page(BaseHTTPRequestHandler):
    """The three addresses of the application. A real one first checks who is signed in."""

    def do_GET(self) -> None:
        if self.path == "/":
            html = Path(__file__).with_name("index.html").read_text(encoding="utf-8")
            self.answer(200, html.replace("LEDGERLINK_URL", LEDGERLINK_URL).encode(), "text/html; charset=utf-8")
        elif self.path == "/quickbooks/connections":
            self.answer(*ledgerlink("GET", "/connections"))
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        if self.path != "/quickbooks/sessions":
            return self.send_error(404)
        # It opens the portal for this tenant for half an hour: make one for each click, and only for its own people.
        return self.answer(*ledgerlink("POST", "/sessions", {"tenant_name": "Mill Lane", "time_zone": "Europe/London"}))

    def answer(self, status: int, body: bytes, content_type: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8766
    with ThreadingHTTPServer(("127.0.0.1", port), Page) as server:
        print(f"http://127.0.0.1:{port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
