"""The API's description: GET /v1/openapi.json, for everybody."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.openapi import description
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """200 with OpenAPI 3.1, made once for as long as the function stays warm."""
    text = description(wiring().base_url(request.gateway_url))
    return Answer(200, text, {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"})
