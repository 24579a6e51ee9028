"""The forms of the portal's page of flows.

POST /portal/flows/{flow} makes, switches or deletes one; POST /portal/connections/{connection}/backfill copies the
past of a company again.
"""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.domain.backfills import BackfillRequest
from ledgerlink.domain.flows import connection_named
from ledgerlink.errors import InvalidRequest
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.usecases.sync.change_flow import change_flow, delete_flow
from ledgerlink.usecases.sync.read_flows import read_flow
from ledgerlink.wiring import clock, wiring

PAGE = "/portal/flows"


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    routes = {
        ("POST", "/portal/flows/{flow}"): change,
        ("POST", "/portal/connections/{connection}/backfill"): copy_again,
    }
    return wiring().portal.open(request, routes)


def change(visit: Visit) -> Answer:
    """Back to the page, which says what was done."""
    form, flow_id = visit.request.form(), visit.request.path["flow"]
    wired = wiring()
    does = form.get("do")
    if does == "delete":
        delete_flow(wired.flows, visit.tenant_id, flow_id, clock())
        return visit.leads_to(PAGE, notice="flow_deleted")
    if does == "make":
        content = {"input": form.get("input", ""), "output": form.get("output", ""), "enabled": True}
        if not any(connection_named(str(content[side])) for side in ("input", "output")):
            hint = "Go back, and choose a QuickBooks company as input to see purchases, or as output to see sales."
            raise InvalidRequest("Neither side of this flow is QuickBooks.", hint=hint)
    elif does in ("enable", "disable"):
        flow = read_flow(wired.flows, visit.tenant_id, flow_id)
        content = {"input": flow.input, "output": flow.output, "enabled": does == "enable"}
    else:
        raise InvalidRequest("This button is not known.", hint="Load the page again.")
    change_flow(
        wired.connections,
        wired.flows,
        wired.sync,
        wired.backfill_starter,
        wired.sync_settings,
        visit.tenant_id,
        flow_id,
        content,
        clock(),
    )
    return visit.leads_to(PAGE, notice=f"flow_{does}d" if does != "make" else "flow_made")


def copy_again(visit: Visit) -> Answer:
    """Start a backfill of a company."""
    wired = wiring()
    connection = visit.tenant.connection(visit.request.path["connection"])
    wired.backfill_starter.on_request(connection, wired.sync_settings(connection), BackfillRequest(), clock())
    return visit.leads_to(PAGE, notice="backfill_started")
