"""A month of documents against QuickBooks: GET /portal/reconciliation/month."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.errors import SyncError
from ledgerlink.pages.comparison import compare_form, comparison_page
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.usecases.sync.reconcile_month import reconcile_month
from ledgerlink.wiring import clock, wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("GET", "/portal/reconciliation/month"): show})


def show(visit: Visit) -> Answer:
    """Totals and differences of the month that was chosen; asks QuickBooks."""
    wired = wiring()
    now, query = clock(), visit.request.query
    today = now.astimezone(visit.time_zone).date()
    form = compare_form(visit.tenant, query.get("connection"), query.get("month"), today)
    if form["company"] is None:
        return visit.page("month.html", problem=None, comparison=None, **form)
    try:
        reconciliation = reconcile_month(
            wired.connections,
            wired.documents,
            wired.books_of,
            visit.tenant_id,
            form["company"].connection_id,
            form["month"],
        )
    except SyncError as error:
        return visit.page("month.html", status=error.http_status, problem=error.to_dict(), comparison=None, **form)
    comparison = comparison_page(reconciliation, wired.link_to)
    return visit.page("month.html", problem=None, comparison=comparison, compared_at=now, **form)
