"""What a tenant calls organic: GET and PUT /v1/tenants/{tenant}/keywords."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.record_shapes import keywords_shape
from ledgerlink.usecases.certification.change_keywords import change_keywords, read_keywords
from ledgerlink.wiring import clock, wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """The keywords; 202 while stored records are still being judged by new ones."""
    wired = wiring()
    tenant_id = request.tenant_id
    if request.method == "GET":
        return Answer(200, keywords_shape(read_keywords(wired.organic_settings, wired.connections, tenant_id)))
    settings = change_keywords(
        wired.organic_settings, wired.connections, wired.judgements, tenant_id, request.json(), clock()
    )
    return Answer(202 if settings.is_evaluating else 200, keywords_shape(settings))
