"""Orders that await certification: GET /portal/reconciliation; a line's form: POST /portal/certifications/…"""

from functools import partial
from typing import TYPE_CHECKING, Any

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.domain.certifications import CertificationState
from ledgerlink.errors import SyncError
from ledgerlink.pages.certifications import Refused, certificate_of, order_rows, shows_refusal
from ledgerlink.pages.comparison import compare_form
from ledgerlink.pages.portal import Visit
from ledgerlink.pages.problem import problem_page
from ledgerlink.usecases.certification.certify_line import certify_line
from ledgerlink.usecases.certification.read_certifications import list_certifications
from ledgerlink.wiring import clock, wiring

if TYPE_CHECKING:
    from ledgerlink.storage.certifications import DynamoCertifications
    from ledgerlink.storage.connections import DynamoConnections
    from ledgerlink.storage.records import DynamoRecords

    type Stores = tuple[DynamoCertifications, DynamoRecords, DynamoConnections, str]

SHOWN = 20
PAGE = "/portal/reconciliation"
FORM = "/portal/certifications/{record}/lines/{line}"


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    return wiring().portal.open(request, {("GET", PAGE): show, ("POST", FORM): certify})


def show(visit: Visit, refused: Refused | None = None) -> Answer:
    """The orders that await certification, the longest first, and the certified ones, the newest first."""
    here = {name: visit.request.query.get(name) for name in ("after", "certified_after")}
    awaiting, after = _orders(visit, refused, CertificationState.AWAITING, here["after"])
    certified, certified_after = _orders(visit, refused, CertificationState.CERTIFIED, here["certified_after"])
    return visit.page(
        "reconciliation.html",
        status=refused.error.http_status if refused else 200,
        awaiting=awaiting,
        certified=certified,
        here=here,
        next={"after": after, "certified_after": certified_after},
        problem=refused.problem if refused and not shows_refusal(awaiting + certified) else None,
        **compare_form(visit.tenant, None, None, clock().astimezone(visit.time_zone).date()),
    )


def certify(visit: Visit) -> Answer:
    """Keep what a person entered for a line, and show the page again."""
    request, stores = visit.request, _stores(visit)
    record, line, entered = request.text_in_path("record"), request.text_in_path("line"), request.form()
    try:
        certify_line(*stores, record, line, certificate_of(entered), request.actor, clock())
    except SyncError as error:
        return show(visit, Refused(record, line, entered, error))
    return visit.leads_to(PAGE, notice="certified")


def _orders(
    visit: Visit, refused: Refused | None, state: CertificationState, after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    newest_first = state is CertificationState.CERTIFIED
    orders, token = list_certifications(
        *_stores(visit), state=state, limit=SHOWN, after=after or None, newest_first=newest_first
    )
    today = clock().astimezone(visit.time_zone).date()
    return order_rows(orders, refused, today, wiring().link_to), token


def _stores(visit: Visit) -> "Stores":
    wired = wiring()
    return wired.certifications, wired.records, wired.connections, visit.tenant_id
