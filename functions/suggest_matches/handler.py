"""What is not matched yet: GET /v1/tenants/{tenant}/connections/{connection}/unmatched/{kind}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.settings_shapes import unmatched_shape
from ledgerlink.usecases.mappings.suggest_matches import suggest_matches
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """A page ``{items, next, fetched_at, problem}``, each thing with what it may be in QuickBooks; ``search``."""
    wired = wiring()
    page = suggest_matches(
        wired.connections,
        wired.unmatched_finder,
        wired.mappings,
        wired.lists_of,
        request.tenant_id,
        request.path["connection"],
        request.path["kind"],
        search=request.query.get("search", ""),
        limit=request.whole_number("limit", default=25, maximum=100),
        after=request.query.get("after"),
    )
    return Answer(200, unmatched_shape(page))
