"""Take Intuit's change notifications: POST /webhooks/quickbooks, called by Intuit."""

from aws_lambda_powertools import Logger

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.errors import NotAuthenticated
from ledgerlink.quickbooks.webhooks import SIGNATURE_HEADER, read_notification
from ledgerlink.usecases.sync.receive_webhook import receive_webhook
from ledgerlink.wiring import clock, wiring

MOST_BYTES = 4 * 1024 * 1024
"""Intuit sends up to a hundred events at a time, about a megabyte."""

logger = Logger()


@http_handler
def lambda_handler(request: Request) -> Answer:
    """200 for whatever Intuit signed, understood or not; 401 before it is read; 503 makes Intuit send it again."""
    wired = wiring()
    body = request.body(at_most=MOST_BYTES)
    if not wired.is_from_intuit(body, request.headers.get(SIGNATURE_HEADER)):
        raise NotAuthenticated("This notification is not signed by Intuit.", code="signature_invalid", hint="")
    told = read_notification(body)
    polled = receive_webhook(wired.realms, wired.webhook_events, wired.sync, wired.poll_queue, told.notices, clock())
    counts = {"notices": len(told.notices), "unreadable": told.unreadable, "companies": polled}
    logger.info("notification taken", extra=counts)
    return Answer(200)
