"""The form of the portal's mappings, to match something or to forget its match: POST /portal/mappings."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.errors import InvalidRequest, NotFound, SyncError
from ledgerlink.pages.mappings import KINDS, chosen_kind, thing_shown
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.usecases.mappings.change_mapping import delete_mapping, put_mapping
from ledgerlink.usecases.mappings.name_things import name_thing
from ledgerlink.usecases.mappings.read_mappings import mapping_key
from ledgerlink.wiring import clock, wiring

PAGE = "/portal/mappings"


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("POST", PAGE): change})


def change(visit: Visit) -> Answer:
    """Back to the list, which says what was done; or why not, with the ways on."""
    form = visit.request.form()
    connection_id, kind, host_id = (form.get(name, "") for name in ("connection", "kind", "id"))
    try:
        done = _do(visit, form, (visit.tenant_id, connection_id, kind, host_id))
    except NotFound:
        raise
    except SyncError as error:
        return _refused(visit, form, error)
    return visit.leads_to(PAGE, connection=connection_id, kind=kind, search=form.get("search"), **done)


def _do(visit: Visit, form: dict[str, str], where: tuple[str, str, str, str]) -> dict[str, str]:
    """What the address of the list says of what was done."""
    wired = wiring()
    match form.get("do"):
        case "match":
            kept = (wired.connections, wired.mappings, wired.documents, wired.unmatched)
            content = {"quickbooks_id": form.get("entry", "")}
            put_mapping(*kept, wired.books_of, *where, content, visit.request.actor, clock())
            return {"matched": "yes"}
        case "forget":
            delete_mapping(wired.connections, wired.mappings, *where, clock())
            return {"notice": "forgotten"}
        case _:
            raise InvalidRequest("This button is not known.", hint="Load the page again.")


def _refused(visit: Visit, form: dict[str, str], error: SyncError) -> Answer:
    wired = wiring()
    _, key = mapping_key(
        wired.connections, visit.tenant_id, *(form.get(name, "") for name in ("connection", "kind", "id"))
    )
    thing = thing_shown(name_thing(wired.documents, wired.unmatched, wired.mappings, key))
    kind = chosen_kind(form.get("kind"))
    known = {"kinds": KINDS, "kind": kind, "thing": thing, "form": form, "problem": error.to_dict()}
    return visit.page("mappings_refused.html", status=error.http_status, **known)
