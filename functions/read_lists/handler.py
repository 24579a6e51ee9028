"""What people pick from: GET /v1/tenants/{tenant}/connections/{connection}/{list}.

The lists are accounts, classes, departments, terms, tax-codes, items, vendors and customers.
"""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.settings_shapes import list_shape
from ledgerlink.usecases.settings.read_lists import read_list
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """A page ``{items, next, fetched_at}``; ``search``, ``inactive=true``, ``refresh=true``."""
    wired = wiring()
    page = read_list(
        wired.connections,
        wired.lists_of,
        request.tenant_id,
        request.path["connection"],
        request.path["list"],
        search=request.query.get("search", ""),
        inactive=request.switch("inactive"),
        refresh=request.switch("refresh"),
        limit=request.whole_number("limit", default=100, maximum=1000),
        after=request.query.get("after"),
    )
    return Answer(200, list_shape(page))
