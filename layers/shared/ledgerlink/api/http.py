"""One way for every HTTP function to read a request and to answer, errors included."""

import base64
import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ledgerlink.domain.contents import COLLECTION_NAMES
from ledgerlink.domain.history import Actor
from ledgerlink.domain.ids import check_ids
from ledgerlink.errors import InvalidRequest, NotAllowed, NotFound, PayloadTooLarge, SyncError, Transient, Unexpected

MAX_BODY_BYTES = 256 * 1024
MAX_FIELDS = 500
"""Of a form."""
RETRY_AFTER_SECONDS = "30"
HOST = "host"
"""The caller in the authorizer's context that may act for every tenant."""
USER_HEADER = "X-Ledgerlink-User"
"""In which the host may name the person it acts for."""
USER_MAX = 100
SAFETY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of every answer that does not say otherwise (OWASP, REST security cheat sheet)."""

logger = Logger()


@dataclass(frozen=True, slots=True)
class Answer:
    """What API Gateway sends back. ``body`` is JSON unless ``content_type`` says otherwise."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    content_type: str = "application/json"


class Request:
    """A REST API proxy event. Header names are matched without regard to case."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self._event = event
        self.headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        self.query: dict[str, str] = dict(event.get("queryStringParameters") or {})
        self.path: dict[str, str] = dict(event.get("pathParameters") or {})

    @property
    def tenant_id(self) -> str:
        """The tenant that the caller may act for and asked for. Raises NotFound for another one's."""
        tenant_id = self.path["tenant"]
        check_ids({"tenant": tenant_id})
        if not self._is_host and self._caller.get("tenant_id") != tenant_id:
            raise NotFound(f"There is no tenant '{tenant_id}'.", code="unknown_tenant")
        logger.append_keys(tenant_id=tenant_id)
        return tenant_id

    def host_only(self) -> None:
        """Raises NotAllowed for a browser."""
        if not self._is_host:
            raise NotAllowed("A portal session may not do this.")

    @property
    def actor(self) -> Actor:
        """Who is calling, for the history. A person is believed from the host only. Raises InvalidRequest."""
        if not self._is_host:
            return Actor("portal")
        user = self.headers.get(USER_HEADER.lower(), "").strip()
        if len(user) > USER_MAX or not user.isprintable():
            problem = f"has at most {USER_MAX} printable characters"
            raise InvalidRequest(f"{USER_HEADER} {problem}.", fields=[{"field": USER_HEADER, "problem": problem}])
        return Actor(HOST, user or None)

    def text_in_path(self, name: str) -> str:
        """A part of the address that may be any text; API Gateway leaves it URL-encoded. Raises InvalidRequest."""
        try:
            return unquote(self.path[name], errors="strict")
        except ValueError as error:
            raise InvalidRequest(f"'{name}' in the address is not UTF-8.", code="bad_id") from error

    def switch(self, name: str) -> bool:
        """A query parameter that is ``true`` or ``false``, or missing. Raises InvalidRequest naming it."""
        value = self.query.get(name, "false")
        if value not in ("true", "false"):
            problem = {"field": name, "problem": "must be true or false"}
            raise InvalidRequest(f"'{name}' must be true or false.", fields=[problem])
        return value == "true"

    @property
    def is_for_a_piece(self) -> bool:
        """Whether a page of ours fetches a piece of itself; links and forms that htmx boosts open whole pages."""
        return "hx-request" in self.headers and "hx-boosted" not in self.headers

    @property
    def is_from_another_site(self) -> bool:
        """Whether the browser says so, a neighbouring domain included; old ones say nothing (W3C, Fetch Metadata)."""
        return self.headers.get("sec-fetch-site") in ("same-site", "cross-site")

    @property
    def method(self) -> str:
        """``GET``, ``PUT``, …"""
        return str(self._event["httpMethod"])

    @property
    def resource(self) -> str:
        """The route: ``/v1/tenants/{tenant}/instances/{instance}``."""
        return str(self._event["resource"])

    @property
    def collection(self) -> str:
        """``purchase-orders`` in ``/v1/tenants/{tenant}/{collection}/{id}``. Raises NotFound for what is none."""
        found = self.path["collection"]
        if found not in COLLECTION_NAMES:
            raise NotFound(
                "There is no such address.",
                hint=f"Check it against the API's documentation. Documents are {', '.join(COLLECTION_NAMES)}.",
            )
        return found

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies. Other applications of the same domain may set some that no standard allows."""
        found: dict[str, str] = {}
        for part in self.headers.get("cookie", "").split(";"):
            name, _, value = part.strip().partition("=")
            found.setdefault(name, value)
        return found

    @property
    def gateway_url(self) -> str:
        """Where API Gateway answers itself, for stacks without a domain of their own."""
        context = self._event.get("requestContext") or {}
        return f"https://{context.get('domainName', '')}/{context.get('stage', '')}"

    @property
    def _caller(self) -> Mapping[str, Any]:
        return (self._event.get("requestContext") or {}).get("authorizer") or {}

    @property
    def _is_host(self) -> bool:
        return self._caller.get("caller") == HOST

    def body(self, at_most: int = MAX_BODY_BYTES) -> bytes:
        """The raw body. Raises PayloadTooLarge over 256 KB unless more is taken, InvalidRequest for broken base64."""
        text = self._event.get("body") or ""
        try:
            raw = base64.b64decode(text, validate=True) if self._event.get("isBase64Encoded") else text.encode()
        except ValueError as error:
            raise InvalidRequest("The body cannot be read.", code="malformed_body") from error
        if len(raw) > at_most:
            raise PayloadTooLarge(f"The body has {len(raw)} bytes; at most {at_most} are taken.")
        return raw

    def json(self) -> Any:
        """The body as JSON with exact numbers. Raises InvalidRequest."""
        try:
            return json.loads(self.body().decode(), parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise InvalidRequest(
                "The body is not valid JSON.", code="malformed_json", hint="Send UTF-8 JSON and try again."
            ) from error

    def form(self) -> dict[str, str]:
        """The fields of a form that a page sent; the first of each name. Raises InvalidRequest."""
        return dict(reversed(self._fields()))

    def choices(self, name: str) -> list[str]:
        """What was chosen under one name of a form, in its order. Raises InvalidRequest."""
        return [value for field, value in self._fields() if field == name]

    def _fields(self) -> list[tuple[str, str]]:
        try:
            return parse_qsl(self.body().decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
        except ValueError as error:
            raise InvalidRequest("The form cannot be read.", code="malformed_body") from error

    def whole_number(self, name: str, default: int, maximum: int) -> int:
        """A query parameter from 1 to ``maximum``. Raises InvalidRequest naming it."""
        text = self.query.get(name, str(default))
        if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= maximum):
            raise InvalidRequest(
                f"'{name}' must be a whole number from 1 to {maximum}.",
                fields=[{"field": name, "problem": f"must be from 1 to {maximum}"}],
            )
        return int(text)


type Route = Callable[[Request], Answer]
type AnswerError = Callable[[SyncError, Request], Answer]
type LambdaHandler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def http_handler(route: Route, answer_error: AnswerError | None = None) -> LambdaHandler:
    """Make a Lambda handler out of a route; every error ends in the one error shape, or as ``answer_error`` says."""
    answer_error = answer_error or (lambda error, request: error_answer(error))  # noqa: ARG005 (pages need it)

    @functools.wraps(route)
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        request = Request(event)
        try:
            answer = route(request)
        except SyncError as error:
            logger.info("request refused", extra={"error_code": error.code, "intuit_tid": error.intuit_tid})
            answer = answer_error(error, request)
        except Exception:
            logger.exception("request failed")
            answer = answer_error(_unexpected(context.aws_request_id), request)
        return _proxy_answer(answer)

    return handler


def error_answer(error: SyncError) -> Answer:
    """Permanent errors are 4xx; Transient ones are 503 with Retry-After."""
    headers = {"Retry-After": RETRY_AFTER_SECONDS} if isinstance(error, Transient) else {}
    return Answer(error.http_status, {"error": error.to_dict()}, headers)


def _unexpected(request_id: str) -> Unexpected:
    return Unexpected(
        "Something went wrong on our side.", hint=f"Try again; if it stays, tell support this id: {request_id}"
    )


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _proxy_answer(answer: Answer) -> dict[str, Any]:
    headers = {name: [value] for name, value in {**SAFETY, **answer.headers}.items()}
    headers["Content-Type"] = [answer.content_type]
    if answer.cookies:
        headers["Set-Cookie"] = list(answer.cookies)
    body = answer.body
    if not isinstance(body, str):
        body = "" if body is None else json.dumps(body, ensure_ascii=False)
    return {"statusCode": answer.status, "multiValueHeaders": headers, "body": body, "isBase64Encoded": False}
