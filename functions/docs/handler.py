"""The API's description as a page: GET /v1/docs, for everybody."""

from functools import partial

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.openapi import openapi
from ledgerlink.pages.api_docs import docs_page
from ledgerlink.pages.problem import problem_page
from ledgerlink.wiring import wiring


@partial(http_handler, answer_error=problem_page)
def lambda_handler(request: Request) -> Answer:
    """200 with every route and every shape."""
    return docs_page(request, openapi(wiring().base_url(request.gateway_url)))
