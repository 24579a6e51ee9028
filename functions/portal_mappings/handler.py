"""The portal's mappings: GET /portal/mappings; QuickBooks' list to choose from: GET /portal/mappings/choose."""

from functools import partial
from typing import Any

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.pages.mappings import KINDS, choice_shown, chosen_kind, mappings_shown
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.settings.sections import chosen_company, known_company
from ledgerlink.usecases.mappings.choose_match import choose_match
from ledgerlink.usecases.mappings.read_mappings import list_mappings
from ledgerlink.usecases.mappings.suggest_matches import suggest_matches
from ledgerlink.wiring import wiring

SHOWN = 25


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(
        request, {("GET", "/portal/mappings"): show, ("GET", "/portal/mappings/choose"): choose}
    )


def show(visit: Visit) -> Answer:
    """What is not matched, each with what it may be; below what is."""
    wired = wiring()
    query = visit.request.query
    kind, company = chosen_kind(query.get("kind")), chosen_company(visit.tenant, query.get("connection"))
    shown: dict[str, Any] = {"kinds": KINDS, "kind": kind, "company": company, "connections": visit.tenant.connections}
    if company is None:
        return visit.page("mappings.html", **shown)
    wish = {name: query.get(name, "") for name in ("search", "after", "matched_after")}
    search, after, matched_after = wish.values()
    where = (visit.tenant_id, company.connection_id, kind.value)
    asked = (wired.connections, wired.unmatched_finder, wired.mappings, wired.lists_of, *where)
    todo = suggest_matches(*asked, search=search, limit=SHOWN, after=after)
    known = todo.entries.rows if todo.entries else {}
    kept = (wired.connections, wired.mappings, *where)
    matched = list_mappings(*kept, search=search, limit=SHOWN, after=matched_after or None, entries=known)
    shown |= wish | mappings_shown(kind, todo, *matched)
    return visit.page("mappings.html", **shown, just_matched="matched" in query)


def choose(visit: Visit) -> Answer:
    """QuickBooks' list, to be searched for what one thing is."""
    wired = wiring()
    query = visit.request.query
    kind, company = chosen_kind(query.get("kind")), known_company(visit.tenant, query.get("connection"))
    wish: dict[str, Any] = {name: query.get(name, "") for name in ("search", "back", "after")}
    kept = (wired.connections, wired.documents, wired.unmatched, wired.mappings, wired.lists_of)
    where = (visit.tenant_id, company.connection_id, kind.value, query.get("id", ""))
    refresh, search, after = visit.request.switch("refresh"), wish["search"], wish["after"] or None
    choice = choose_match(*kept, *where, search=search, refresh=refresh, limit=SHOWN, after=after)
    shown = wish | choice_shown(kind, choice)
    return visit.page("mappings_choose.html", kinds=KINDS, kind=kind, company=company, **shown)
