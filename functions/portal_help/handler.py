"""The portal's page of help: GET /portal/help."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.domain.connections import not_disconnected
from ledgerlink.pages.help import explained
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.usecases.sync.diagnose import diagnose
from ledgerlink.wiring import clock, wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("GET", "/portal/help"): show})


def show(visit: Visit) -> Answer:
    """What is checked of every company, and answers to what people ask."""
    wired = wiring()
    checked = [
        {
            "company": connection.company_name or connection.realm_id,
            **explained(
                diagnose(
                    wired.connections,
                    wired.flows,
                    wired.sync,
                    wired.backfills,
                    wired.record_finder,
                    wired.sync_settings,
                    connection.key,
                    clock(),
                )
            ),
        }
        for connection in not_disconnected(visit.tenant.connections)
    ]
    return visit.page("help.html", checked=checked)
