"""A backfill by the deployed stack: the API starts it, the state machine copies, the API tells what was stored."""

import time
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bench.client.books import Books
from bench.inbound.backfills import Copied, compare
from local.demo.browser import Browser
from local.demo.host import Host

_POLL_SECONDS = 1.0
_PATIENCE_SECONDS = 3600
_SETTLED_AFTER = 15.0
"""Seconds after which the feed shows everything: it hides the last ten."""


def by_state_machine(stack: dict[str, Any], invoices: int) -> Copied:
    """Connect a company, switch its flow on, and wait."""
    books = Books(stack["quickbooks_url"])
    realm_id = books.new_company(invoices=invoices, purchase_orders=0)
    host = Host(stack, f"bench-{uuid.uuid4().hex[:8]}")
    session = host.call("POST", "/sessions", expect=(201,))
    _, consent = Browser().open_consent_page(session["connect_url"])
    consent.approve(realm_id)
    books.forget()
    host.call("PUT", "/flows/bench", {"input": "bench", "output": f"quickbooks:{realm_id}"}, expect=(201,))
    ended = _wait(host, realm_id)
    # A poll may come on top, by the schedule or because the backfill has ended: one call, which is no query.
    calls = int(books.control("GET", f"stats?realm_id={realm_id}")["by_kind"].get("query", 0))
    seconds = datetime.fromisoformat(ended["completed_at"]) - datetime.fromisoformat(ended["started_at"])
    time.sleep(_SETTLED_AFTER)
    lost, doubled = compare([row["Id"] for row in books.entities(realm_id, "Invoice")], _stored(host))
    pages = int(ended["pages_planned"])
    return Copied("state machine", ended["documents"], pages, seconds.total_seconds(), calls, lost, doubled)


def _wait(host: Host, realm_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        found: dict[str, Any] = host.call("GET", f"/connections/{realm_id}/backfill", expect=(200,))
        if found["status"] == "completed":
            return found
        if found["status"] == "failed" or time.monotonic() > deadline:
            raise RuntimeError(f"The backfill is {found['status']}: {found['last_error']}")
        time.sleep(_POLL_SECONDS)


def _stored(host: Host) -> list[str]:
    """The invoices that the API tells of, as often as it does."""
    found: list[str] = []
    since = ""
    while True:
        after = f"&since={quote(since, safe='')}" if since else ""
        answer = host.call("GET", f"/sales?entity=Invoice&limit=200{after}", expect=(200,))
        found += [item["id"] for item in answer["items"]]
        if not answer["more"]:
            return found
        since = answer["next"]
