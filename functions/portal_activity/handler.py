"""The portal's page of what was tried: GET /portal/activity, and the same as a file: GET /portal/activity.csv."""

from datetime import timedelta
from functools import partial
from typing import Any

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.domain.activity import Activity
from ledgerlink.domain.documents import DocumentState
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.pages.activity import activity_csv, activity_rows
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.words import CATEGORIES, KINDS, OUTCOMES
from ledgerlink.usecases.documents.read_activity import read_activity
from ledgerlink.wiring import clock, new_secret, wiring

SHOWN = 50
EXPORTED = 5_000
"""In one file, if they fit. The filters choose which."""
PAGE = 200
PATIENCE = timedelta(seconds=12)
"""For reading on where few entries fit: the function lives twice as long."""


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("GET", "/portal/activity"): show, ("GET", "/portal/activity.csv"): export})


def show(visit: Visit) -> Answer:
    """A page of entries, newest first."""
    entries, after = _read(visit, SHOWN, visit.request.query.get("after"))
    return visit.page(
        "activity.html",
        rows=activity_rows(entries, _states(entries)),
        after=after,
        chosen=_chosen(visit),
        first=not visit.request.query.get("after"),
        kinds=KINDS,
        outcomes=OUTCOMES,
        categories=CATEGORIES,
        exported=EXPORTED,
        # So that pressing a button twice sends once, and pressing it on the next page sends again.
        once=new_secret(),
    )


def export(visit: Visit) -> Answer:
    """The newest ones that the filters let through, as CSV; the file says where it ends before the log does."""
    until = clock() + PATIENCE
    entries, after = _read(visit, PAGE, None)
    while after and len(entries) < EXPORTED and clock() < until:
        more, after = _read(visit, PAGE, after)
        entries += more
    name = f"quickbooks-activity-{clock().astimezone(visit.time_zone):%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = activity_csv(entries[:EXPORTED], _states(entries), visit.time_zone, is_whole=after is None)
    return Answer(200, content, headers, content_type="text/csv; charset=utf-8")


def _chosen(visit: Visit) -> dict[str, str | None]:
    return {name: visit.request.query.get(name) or None for name in ("kind", "id", "outcome", "category")}


def _read(visit: Visit, limit: int, after: str | None) -> tuple[list[Activity], str | None]:
    chosen: dict[str, Any] = _chosen(visit)
    chosen["document_id"] = chosen.pop("id")
    wired = wiring()
    return read_activity(
        wired.activity, wired.connections, visit.tenant_id, **chosen, limit=limit, after=after or None, now=clock()
    )


def _states(entries: list[Activity]) -> dict[DocumentKey, DocumentState]:
    return wiring().documents.states(list(dict.fromkeys(entry.key for entry in entries)))
