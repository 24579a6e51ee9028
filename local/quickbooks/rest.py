"""The accounting REST API: ``/v3/company/{realmId}/...``.

https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features
"""

import hashlib
from collections.abc import Callable
from typing import Any

from local.quickbooks.calls import query_text
from local.quickbooks.clock import millis_text
from local.quickbooks.companies import Answer, Company
from local.quickbooks.entities import BY_PATH, ENTITIES, EntityType, Writing
from local.quickbooks.entities.fields import unparsable
from local.quickbooks.faults import Fault, GatewayFault, unsupported
from local.quickbooks.jsontext import dumps, loads
from local.quickbooks.messages import Request, Response
from local.quickbooks.oauth import ACCOUNTING
from local.quickbooks.query import parse
from local.quickbooks.query.evaluate import run
from local.quickbooks.query.parser import invalid
from local.quickbooks.world import World

_LONGEST_REQUEST_ID = 50
_HEADERS = {
    "Qbo-Version": "75.1",
    "Expires": "0",
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
}

Resource = Callable[[World, Company, Request], dict[str, Any]]


def handle(world: World, request: Request) -> Response:
    """Answer one call of the API."""
    try:
        company = _authorize(world, request)
        return _answer(world, company, request)
    except GatewayFault as fault:
        return _refusal(world, request, fault)
    except Fault as fault:
        return _reply(fault.status, fault.body(request.received))


def query(world: World, company: Company, request: Request) -> dict[str, Any]:
    """Run a query and return the envelope's content."""
    return run_query(world, company, query_text(request))


def run_query(world: World, company: Company, text: str) -> dict[str, Any]:
    """Return the ``QueryResponse`` for the text of a query."""
    if not text.strip():
        raise Fault("4000", "QueryParserError: Encountered <EOF> at line 1, column 0.", None)
    asked = parse(text, ascii_only=world.switches.query_refuses_non_ascii)
    kind = ENTITIES.get(asked.entity)
    if kind is None or "query" not in kind.operations:
        raise invalid(f"invalid context declaration: {asked.entity}")
    page = run(
        asked,
        kind.shape,
        company.store(kind.name),
        kind.default_order,
        has_active=kind.has_active,
        case_sensitive=world.switches.query_case_sensitive,
    )
    if asked.count:
        return {"QueryResponse": {"totalCount": page.total}}
    if not page.rows:
        return {"QueryResponse": {}}
    response: dict[str, Any] = {
        kind.name: [row.text for row in page.rows],
        "startPosition": page.start_position,
        "maxResults": len(page.rows),
    }
    if kind.total_count:
        response["totalCount"] = page.total
    return {"QueryResponse": response}


# Resources that are no entities; one more line for each that is added.
RESOURCES: dict[str, Resource] = {"query": query}


def write(world: World, company: Company, kind: EntityType, operation: str, body: Any, include: str) -> Any:
    """Create, update or delete, by operation and by whether the body has an Id, and return what to show."""
    writing = Writing(company, world.clock.now(), world.switches, frozenset(include.lower().split(",")))
    if operation == "delete":
        return kind.delete(writing, body)
    if operation not in {"", "create", "update"}:
        raise unsupported(f"{operation} on {kind.name}")
    if not isinstance(body, dict):
        raise unparsable()
    if operation == "update" or body.get("Id") not in (None, ""):
        return kind.update(writing, body).text
    return kind.create(writing, body).text


def _authorize(world: World, request: Request) -> Company:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise GatewayFault("3200", "OAuth bearer token is missing")
    if not 32 <= len(token) <= 8192:
        raise GatewayFault("3200", "Malformed bearer token: too short or too long")
    access = world.oauth.access(token)
    if access is None:
        raise GatewayFault("3200", "Malformed bearer token: not recognised")
    # Intuit shows the id of a token in its message, not the token.
    token_id = "AB01" + hashlib.sha256(token.encode()).hexdigest()[:16]
    if access.grant.revoked:
        raise GatewayFault("3200", f"Token revoked: {token_id}")
    if access.expired:
        raise GatewayFault("3200", f"Token expired: {token_id}")
    if ACCOUNTING not in access.grant.scopes:
        raise GatewayFault("3100", "The access token does not have sufficient scope")
    company = world.companies.get(request.segments[2])
    if company is None or access.grant.realm_id != company.realm_id:
        raise GatewayFault("3100", None)
    if not world.throttle.allows(company.realm_id):
        raise GatewayFault("3001", None)
    return company


def _answer(world: World, company: Company, request: Request) -> Response:
    resource = request.segments[3].lower()
    with company.lock:
        if resource in RESOURCES:
            return _reply(200, {**RESOURCES[resource](world, company, request), "time": millis_text(request.received)})
        kind = BY_PATH.get(resource)
        if kind is None or len(request.segments) > 5:
            raise _no_such_path(request)
        if request.method == "GET":
            return _read(company, kind, request)
        if request.method != "POST" or len(request.segments) > 4:
            raise _no_such_path(request)
        return _write_once(world, company, kind, request)


def _read(company: Company, kind: EntityType, request: Request) -> Response:
    if len(request.segments) == 5:
        identity = request.segments[4]
    elif kind.name == "Preferences":
        identity = "1"
    else:
        raise _no_such_path(request)
    return _reply(200, {kind.name: kind.read(company, identity).text, "time": millis_text(request.received)})


def _write_once(world: World, company: Company, kind: EntityType, request: Request) -> Response:
    """Write, or give the first answer again when the ``requestid`` is known.

    https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features
    """
    request_id = request.query.get("requestid", "")
    if len(request_id) > _LONGEST_REQUEST_ID:
        raise Fault("2130", f"Invalid Request Id Format : at most {_LONGEST_REQUEST_ID} characters.", "requestid")
    if not request_id or not world.switches.honour_requestid:
        return _write(world, company, kind, request)
    operation = request.query.get("operation", "")
    fingerprint = hashlib.sha256(f"{kind.name} {operation} ".encode() + request.body).hexdigest()
    first = company.answers.get(request_id)
    if first is not None:
        if world.switches.requestid_refuses_other_body and first.fingerprint != fingerprint:
            raise Fault("600", f"Duplicate Request ID : {request_id} was used for another request.", "requestid")
        world.stats.replayed()
        return _raw(first.status, first.body)
    try:
        response = _write(world, company, kind, request)
    except Fault as fault:
        response = _reply(fault.status, fault.body(request.received))
        if not world.switches.requestid_remembers_faults:
            return response
    company.remember(request_id, Answer(response.status, response.body.decode(), fingerprint))
    return response


def _write(world: World, company: Company, kind: EntityType, request: Request) -> Response:
    if "json" not in request.headers.get("content-type", "json").lower():
        raise Fault("1050", f"Invalid Content Type : {request.headers['content-type']}", None)
    operation = request.query.get("operation", "").lower()
    content = write(world, company, kind, operation, parse_body(request.body), request.query.get("include", ""))
    return _reply(200, {kind.name: content, "time": millis_text(request.received)})


def parse_body(body: bytes) -> Any:
    """Read a request's JSON; bad UTF-8 is fault 500, bad JSON fault 2010."""
    try:
        return loads(body)
    except UnicodeError as error:
        raise unsupported("Invalid byte in the request, which must be UTF-8,") from error
    except ValueError as error:
        raise unparsable() from error


def _no_such_path(request: Request) -> Fault:
    return Fault(
        "500",
        f"Operation Could not find resource for relative : {request.path} of full path: "
        f"{request.base_url}{request.path} is not supported.",
        None,
    )


def _reply(status: int, content: dict[str, Any]) -> Response:
    return _raw(status, dumps(content))


def _raw(status: int, text: str) -> Response:
    kind = "application/json;charset=utf-8" if status == 200 else "application/json"
    return Response(status, text.encode("utf-8", "replace"), kind, dict(_HEADERS))


def _refusal(world: World, request: Request, fault: GatewayFault) -> Response:
    headers = {"WWW-Authenticate": 'Bearer realm="Intuit", error="invalid_token"'} if fault.status == 401 else {}
    if fault.status == 401 and world.switches.unauthorized_as_xml:
        return Response(fault.status, fault.xml(request.received).encode(), "application/xml", headers)
    return Response(fault.status, dumps(fault.body(request.received)).encode(), "application/json", headers)


__all__ = ["RESOURCES", "handle", "parse_body", "run_query", "write"]
