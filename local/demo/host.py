"""What the vendor's backend does: it calls the API with the host API key."""

import time
from collections.abc import Callable
from typing import Any

import requests

ORDERS = "purchase-orders"
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

    def put(self, document_id: str, content: dict[str, Any], collection: str = ORDERS) -> Any:
        """Store a document, which pushes it unless something holds it."""
        return self.call("PUT", f"/{collection}/{document_id}", content, expect=(200, 202))

    def read(self, document_id: str, collection: str = ORDERS) -> Any:
        """The document with its state."""
        return self.call("GET", f"/{collection}/{document_id}", expect=(200,))

    def wait_for(
        self,
        document_id: str,
        status: str,
        revision: int,
        on_wait: Callable[[Any], None] | None = None,
        collection: str = ORDERS,
        every_seconds: float = 0.25,
    ) -> Any:
        """The document once it has that status; raise UnexpectedAnswer if it never gets there."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            document = self.read(document_id, collection)
            if document["status"] == status and document["revision"] == revision:
                return document
            if time.monotonic() > deadline or (document["status"] == "sync_failed" and status != "sync_failed"):
                raise UnexpectedAnswer(
                    f"{collection}/{document_id} is {document['status']}, not {status}: {document['last_error']}"
                )
            if on_wait:
                on_wait(document)
            time.sleep(every_seconds)
