"""Take a tenant back from Intuit's consent page and keep the connection: GET /oauth/callback."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.shapes import connection_shape
from ledgerlink.domain.connections import not_disconnected
from ledgerlink.pages.connect_problem import connect_problem_page
from ledgerlink.pages.connect_window import is_popup
from ledgerlink.pages.render import page
from ledgerlink.usecases.connections.finish_connect import Callback, finish_connect
from ledgerlink.usecases.connections.read_connections import list_connections
from ledgerlink.wiring import clock, wiring


@partial(http_handler, answer_error=connect_problem_page)
def lambda_handler(request: Request) -> Answer:
    """A page that closes a popup; a friendly one when nothing was connected."""
    wired = wiring()
    base_url = wired.base_url(request.gateway_url)
    connection = finish_connect(
        states=wired.oauth_states,
        codes=wired.oauth(base_url),
        company=wired.new_company,
        connections=wired.connections,
        sealer=wired.sealer,
        events=wired.events,
        tenant_id=wired.session_tokens.tenant_of(wired.cookies.session(request)),
        browser=wired.cookies.browser(request),
        callback=Callback(
            state=request.query.get("state", ""),
            code=request.query.get("code", ""),
            realm_id=request.query.get("realmId", ""),
            error=request.query.get("error", ""),
        ),
        now=clock(),
    )
    wired.sync.wake(connection.key, clock())
    others = len(not_disconnected(list_connections(wired.connections, connection.tenant_id))) - 1
    return page(
        request,
        200,
        "connected.html",
        connection=connection_shape(connection),
        others=others,
        is_popup=is_popup(request),
    )
