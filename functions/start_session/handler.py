"""Let a tenant's browser in for half an hour: POST /v1/tenants/{tenant}/sessions, called by the host."""

from urllib.parse import quote

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.domain.tenants import parse_facts
from ledgerlink.domain.times import to_text
from ledgerlink.usecases.connections.start_session import start_session
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """201 with ``{portal_url, connect_url, expires_at}``."""
    request.host_only()
    wired = wiring()
    tenant_id, facts = request.tenant_id, parse_facts(request.json() if request.body() else {})
    session = start_session(wired.connections, wired.session_tokens, tenant_id, facts, clock())
    base_url = wired.base_url(request.gateway_url)
    token = quote(session.token)
    return Answer(
        201,
        {
            "portal_url": f"{base_url}/portal?session={token}",
            "connect_url": f"{base_url}/oauth/connect?session={token}",
            "expires_at": to_text(session.expires_at),
        },
    )
