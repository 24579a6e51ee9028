"""What the vendor's backend does: it calls the API with the host API key."""

import time
from collections.abc import Callable
from typing import Any

import requests

_PATIENCE_SECONDS = 90


class UnexpectedAnswer(Exception):
    """The API answered otherwise than the story needs."""


class Host:
    """A host's view of one tenant."""

    def __init__(self, stack: dict[str, Any], tenant: str) -> None:
        self._base = f"{stack['api_url']}/v1/tenants/{tenant}"
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["Authorization"] = f"Bearer {stack['host_api_key']}"

    def call(self, method: str, path: str, body: Any = None, *, expect: tuple[int, ...]) -> Any:
        """Call the API; raise UnexpectedAnswer unless the status is one of ``expect``."""
        answer = self._http.request(method, self._base + path, json=body, timeout=60)
        if answer.status_code not in expect:
            raise UnexpectedAnswer(f"{method} {path} answered {answer.status_code}: {answer.text[:600]}")
        return answer.json()

    def put_purchase_order(self, document_id: str, order: dict[str, Any]) -> Any:
        """Store a purchase order, which pushes it."""
        return self.call("PUT", f"/purchase-orders/{document_id}", order, expect=(200, 202))

    def read_purchase_order(self, document_id: str) -> Any:
        """The document with its state."""
        return self.call("GET", f"/purchase-orders/{document_id}", expect=(200,))

    def wait_for(
        self, document_id: str, status: str, revision: int, on_wait: Callable[[Any], None] | None = None
    ) -> Any:
        """The document once it has that status; raise UnexpectedAnswer if it never gets there."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            document = self.read_purchase_order(document_id)
            if document["status"] == status and document["revision"] == revision:
                return document
            if time.monotonic() > deadline or (document["status"] == "sync_failed" and status != "sync_failed"):
                raise UnexpectedAnswer(
                    f"purchase order {document_id} is {document['status']}, not {status}: {document['last_error']}"
                )
            if on_wait:
                on_wait(document)
            time.sleep(0.25)
