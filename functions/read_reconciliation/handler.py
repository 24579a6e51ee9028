"""A month against QuickBooks: GET /v1/tenants/{tenant}/connections/{connection}/reconciliation?month=2026-11."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.reconciliation_shapes import reconciliation_shape
from ledgerlink.usecases.sync.reconcile_month import reconcile_month
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """200 with totals and differences by kind."""
    wired = wiring()
    reconciliation = reconcile_month(
        wired.connections,
        wired.documents,
        wired.books_of,
        request.tenant_id,
        request.path["connection"],
        request.query.get("month", ""),
    )
    return Answer(200, reconciliation_shape(reconciliation, wired.link_to))
