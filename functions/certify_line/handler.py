"""Add lot number and expiration date: POST /v1/tenants/{tenant}/certifications/{record}/lines/{line}."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.record_shapes import certification_shape
from ledgerlink.usecases.certification.certify_line import certify_line
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """200 with the whole order."""
    wired = wiring()
    certification, order = certify_line(
        wired.certifications,
        wired.records,
        wired.connections,
        request.tenant_id,
        request.text_in_path("record"),
        request.text_in_path("line"),
        request.json(),
        request.actor,
        clock(),
    )
    return Answer(200, certification_shape(certification, order, wired.link_to))
