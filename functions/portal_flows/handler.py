"""The portal's page of flows, GET /portal/flows; how far one is, GET /portal/connections/{connection}/progress."""

import secrets
from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.domain.connections import Connection, not_disconnected
from ledgerlink.pages.flows import Synced, concerned, flow_rows, sides, sync_shown
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.pages.site import site_of
from ledgerlink.usecases.sync.read_flows import list_flows
from ledgerlink.wiring import clock, wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    routes = {("GET", "/portal/flows"): show, ("GET", "/portal/connections/{connection}/progress"): show_progress}
    return wiring().portal.open(request, routes)


def show(visit: Visit) -> Answer:
    """The flows, the companies that they read, and a form for another one."""
    flows, connections = list_flows(wiring().flows, visit.tenant_id), visit.tenant.connections
    vendor = site_of(visit.request).vendor
    read = [visit.tenant.connection(key.connection_id) for key in concerned(flows, connections)]
    return visit.page(
        "flows.html",
        flows=flow_rows(flows, connections, vendor),
        synced=[sync_shown(_synced(connection), flows, clock()) for connection in read],
        sides=sides(connections, flows, vendor),
        can_read=bool(not_disconnected(connections)),
        # In the form, so that pressing the button twice makes one flow.
        new_id=f"flow-{secrets.token_hex(5)}",
    )


def show_progress(visit: Visit) -> Answer:
    """The piece of the page that moves."""
    connection = visit.tenant.connection(visit.request.path["connection"])
    flows = list_flows(wiring().flows, visit.tenant_id)
    return visit.part("flows_progress.html", one=sync_shown(_synced(connection), flows, clock()))


def _synced(connection: Connection) -> Synced:
    wired = wiring()
    return Synced(connection, wired.sync.get(connection.key), wired.backfills.latest(connection.key))
