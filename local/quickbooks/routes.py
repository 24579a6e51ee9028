"""Which part answers a request; faults on demand and statistics are applied here, once for all."""

import secrets
import time
from collections.abc import Callable
from typing import Any

from local.quickbooks import app, authorization, control, rest
from local.quickbooks.calls import classify
from local.quickbooks.clock import Clock
from local.quickbooks.faults import fault_body, status_of
from local.quickbooks.injection import Injected
from local.quickbooks.jsontext import dumps
from local.quickbooks.messages import Request, Response, json_response
from local.quickbooks.world import World

Handler = Callable[[World, Request], Response]

_FIXED: dict[tuple[str, str], Handler] = {
    ("GET", "/.well-known/openid_configuration"): authorization.discovery,
    ("GET", "/.well-known/openid_sandbox_configuration"): authorization.discovery,
    ("GET", "/op/v1/jwks"): authorization.keys,
    ("GET", "/connect/oauth2"): authorization.consent,
    ("POST", "/connect/oauth2"): authorization.consent,
    ("POST", "/oauth2/v1/tokens/bearer"): authorization.token,
    ("POST", "/v2/oauth2/tokens/revoke"): authorization.revoke,
    ("GET", "/v1/openid_connect/userinfo"): authorization.userinfo,
}
_DEFAULT_CODES = {400: "6000", 401: "3200", 403: "3100", 429: "3001", 500: "10000"}
_UNAVAILABLE = (
    "<html><head><title>{status} Service Temporarily Unavailable</title></head>"
    "<body><center><h1>{status} Service Temporarily Unavailable</h1></center><hr><center>nginx</center></body></html>"
)


def handle(world: World, request: Request) -> Response:
    """Answer any request."""
    segments = request.segments
    if segments[:1] == ["simulator"]:
        return control.handle(world, request)
    started = time.perf_counter()
    tid = transaction_id(world.clock)
    call = classify(request)
    world.pause(world.switches.latency_ms)
    injected = world.injection.take(call)
    response = _dispatch(world, request) if injected is None else _inject(world, request, injected)
    milliseconds = (time.perf_counter() - started) * 1000
    response.headers["intuit_tid"] = tid
    if call.realm_id is not None:
        response.headers["X-Spanid"] = secrets.token_hex(8)
        response.headers["X-Amzn-Trace-Id"] = f"Root={tid}"
        response.headers["Service-Time"] = f"total={milliseconds:.0f}, db={milliseconds / 2:.0f}"
    world.stats.record(
        call,
        None if response.cut else response.status,
        tid,
        request.received,
        milliseconds,
        None if injected is None else injected.id,
    )
    return response


def transaction_id(clock: Clock) -> str:
    """Return an ``intuit_tid``."""
    return f"1-{int(clock.now().timestamp()):08x}-{secrets.token_hex(12)}"


def _dispatch(world: World, request: Request) -> Response:
    segments = request.segments
    if segments[:2] == ["v3", "company"] and len(segments) > 3:
        return rest.handle(world, request)
    handler = _FIXED.get((request.method, request.path.rstrip("/")))
    if handler is not None:
        return handler(world, request)
    if request.method == "GET" and segments[:1] in ([], ["app"]):
        return app.handle(world, request)
    return json_response({"error": "not found"}, 404)


def _inject(world: World, request: Request, injected: Injected) -> Response:
    then = injected.then
    request.cdc_limit = then.get("cdc_limit")
    after = then.get("timeout") == "after" or then.get("commit", False)
    response = _dispatch(world, request) if after else None
    world.pause(then.get("delay_ms", 0))
    if then.get("timeout"):
        return Response(cut=True)
    if then.keys() <= {"delay_ms", "commit", "cdc_limit"}:
        return response or _dispatch(world, request)
    return _made_up(request, then)


def _made_up(request: Request, then: dict[str, Any]) -> Response:
    code = then.get("fault_code")
    status = then.get("status") or (status_of(code) if code else 500)
    headers = {"Retry-After": str(then["retry_after"])} if "retry_after" in then else {}
    if then.get("html"):
        html = then["body"] if isinstance(then.get("body"), str) else _UNAVAILABLE.format(status=status)
        return Response(status, html.encode(), "text/html", headers)
    if "body" in then:
        text = then["body"] if isinstance(then["body"], str) else dumps(then["body"])
        return Response(status, text.encode(), "application/json", headers)
    if "error" in then:
        return Response(status, dumps({"error": then["error"]}).encode(), "application/json;charset=utf-8", headers)
    body = fault_body(code or _DEFAULT_CODES.get(status, "10000"), then.get("detail"), request.received)
    return Response(status, dumps(body).encode(), "application/json", headers)


__all__ = ["handle", "transaction_id"]
