"""Change settings: PATCH /v1/tenants/{tenant}/connections/{connection}/settings, by the host or the tenant."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.settings_shapes import settings_shape
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.usecases.settings.change_settings import change_settings
from ledgerlink.usecases.settings.read_settings import read_settings
from ledgerlink.wiring import clock, new_secret, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """200 with the settings as they work from now on."""
    wired = wiring()
    tenant_id, connection_id = request.tenant_id, request.path["connection"]
    change_settings(
        wired.connections,
        wired.choices,
        wired.lists_and_books_of,
        tenant_id,
        connection_id,
        request.json(),
        request.actor,
        clock(),
        new_secret,
    )
    wired.sync.wake(ConnectionKey(tenant_id, connection_id), clock())
    return Answer(200, settings_shape(read_settings(wired.connections, wired.lists_of, tenant_id, connection_id)))
