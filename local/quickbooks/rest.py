"""The accounting REST API: ``/v3/company/{realmId}/...``.

https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features
"""

import hashlib
from collections.abc import Callable
from typing import Any

from local.quickbooks import documents
from local.quickbooks.batch import LONGEST_REQUEST_ID, batch
from local.quickbooks.calls import query_text
from local.quickbooks.cdc import cdc
from local.quickbooks.clock import millis_text
from local.quickbooks.companies import Company
from local.quickbooks.entities import BY_PATH, EntityType
from local.quickbooks.faults import Fault, GatewayFault
from local.quickbooks.grants import ACCOUNTING
from local.quickbooks.jsontext import dumps
from local.quickbooks.messages import Request, Response
from local.quickbooks.queries import run_query
from local.quickbooks.world import World
from local.quickbooks.writes import once, parse_body, reply, write

Resource = Callable[[World, Company, Request], dict[str, Any]]


def handle(world: World, request: Request) -> Response:
    """Answer one call of the API."""
    try:
        company, client_id = _authorize(world, request)
        with company.lock:
            response = _answer(world, company, request)
        world.metering.count(client_id, request.data_out)
        return response
    except GatewayFault as fault:
        return _refusal(world, request, fault)
    except Fault as fault:
        return reply(fault.status, fault.body(request.received))


def query(world: World, company: Company, request: Request) -> dict[str, Any]:
    """Run a query and return the envelope's content."""
    return run_query(world.switches, company, query_text(request))


# Resources that are no entities and change nothing; one more line for each that is added.
RESOURCES: dict[str, Resource] = {"query": query, "cdc": cdc}


def _authorize(world: World, request: Request) -> tuple[Company, str]:
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
    client_id, is_batch = access.grant.client_id, request.segments[3].lower() == "batch"
    if not world.throttle.allows(company.realm_id, client_id, batch=is_batch):
        raise GatewayFault("3001", None)
    request.data_out = int(_brings_data_out(request))
    if request.data_out and not world.metering.allows(client_id):
        raise GatewayFault("3001", None)
    return company, client_id


def _brings_data_out(request: Request) -> bool:
    return request.method == "GET" or request.segments[3].lower() == "query"


def _answer(world: World, company: Company, request: Request) -> Response:
    resource = request.segments[3].lower()
    if resource in RESOURCES:
        return reply(200, {**RESOURCES[resource](world, company, request), "time": millis_text(request.received)})
    if resource == "batch" and request.method == "POST" and len(request.segments) == 4:
        return once(
            world,
            company,
            request,
            "batch",
            lambda: {**batch(world, company, request), "time": millis_text(request.received)},
            longest=LONGEST_REQUEST_ID,
        )
    kind = BY_PATH.get(resource)
    action = request.segments[5].lower() if len(request.segments) == 6 else ""
    if kind is not None and action in kind.operations and (request.method, action) in documents.ACTIONS:
        return documents.ACTIONS[request.method, action](world, company, kind, request)
    if kind is None or len(request.segments) > 5:
        raise _no_such_path(request)
    if request.method == "GET":
        return _read(company, kind, request)
    if request.method != "POST" or len(request.segments) > 4:
        raise _no_such_path(request)
    return once(world, company, request, kind.name, lambda: _write(world, company, kind, request))


def _read(company: Company, kind: EntityType, request: Request) -> Response:
    if len(request.segments) == 5:
        identity = request.segments[4]
    elif kind.name == "Preferences":
        identity = "1"
    else:
        raise _no_such_path(request)
    return reply(200, {kind.name: kind.read(company, identity).text, "time": millis_text(request.received)})


def _write(world: World, company: Company, kind: EntityType, request: Request) -> dict[str, Any]:
    operation = request.query.get("operation", "").lower()
    content = write(world, company, kind, operation, parse_body(request), request.query.get("include", ""))
    return {kind.name: content, "time": millis_text(request.received)}


def _no_such_path(request: Request) -> Fault:
    return Fault(
        "500",
        f"Operation Could not find resource for relative : {request.path} of full path: "
        f"{request.base_url}{request.path} is not supported.",
        None,
    )


def _refusal(world: World, request: Request, fault: GatewayFault) -> Response:
    headers = {"WWW-Authenticate": 'Bearer realm="Intuit", error="invalid_token"'} if fault.status == 401 else {}
    if fault.status == 429 and world.switches.throttle_retry_after:
        headers["Retry-After"] = str(world.switches.throttle_retry_after)
    if fault.status == 401 and world.switches.unauthorized_as_xml:
        return Response(fault.status, fault.xml(request.received).encode(), "application/xml", headers)
    return Response(fault.status, dumps(fault.body(request.received)).encode(), "application/json", headers)


__all__ = ["RESOURCES", "handle"]
