"""Writes: one create, update, delete or void, and the memory of request ids."""

import hashlib
from collections.abc import Callable
from typing import Any

from local.quickbooks.companies import Answer, Company
from local.quickbooks.entities import EntityType, Writing
from local.quickbooks.entities.fields import unparsable
from local.quickbooks.faults import Fault, unsupported
from local.quickbooks.jsontext import dumps, loads
from local.quickbooks.messages import Request, Response
from local.quickbooks.world import World

_LONGEST_REQUEST_ID = 50
_HEADERS = {
    "Qbo-Version": "75.1",
    "Expires": "0",
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
}


def write(world: World, company: Company, kind: EntityType, operation: str, body: Any, include: str) -> Any:
    """Create, update, delete or void, by operation and by whether the body has an Id, and return what to show."""
    writing = Writing(company, world.clock.now(), world.switches, frozenset(include.lower().split(",")))
    if operation == "delete":
        return kind.delete(writing, body)
    if operation not in {"", "create", "update", "void"}:
        raise unsupported(f"{operation} on {kind.name}")
    if not isinstance(body, dict):
        raise unparsable()
    # Invoices are voided by the operation, sales receipts and payments by an update that includes it.
    if operation == "void" or (operation == "update" and "void" in writing.include):
        return kind.void(writing, body).text
    if operation == "update" or body.get("Id") not in (None, ""):
        return kind.update(writing, body).text
    return kind.create(writing, body).text


def once(
    world: World,
    company: Company,
    request: Request,
    name: str,
    work: Callable[[], dict[str, Any]],
    *,
    longest: int = _LONGEST_REQUEST_ID,
) -> Response:
    """Do some work, or give the first answer again when the ``requestid`` is known.

    https://developer.intuit.com/app/developer/qbo/docs/learn/rest-api-features
    """
    request_id = request.query.get("requestid", "")
    if len(request_id) > longest:
        raise Fault("2130", f"Invalid Request Id Format : at most {longest} characters.", "requestid")
    if not request_id or not world.switches.honour_requestid:
        return reply(200, work())
    operation = request.query.get("operation", "")
    fingerprint = hashlib.sha256(f"{name} {operation} ".encode() + request.body).hexdigest()
    first, now = company.answers.get(request_id), world.clock.now().timestamp()
    memory = world.switches.requestid_remembered_seconds
    if first is not None and not (memory and first.given_at + memory <= now):
        if world.switches.requestid_refuses_other_body and first.fingerprint != fingerprint:
            raise Fault("600", f"Duplicate Request ID : {request_id} was used for another request.", "requestid")
        world.stats.replayed()
        return _raw(first.status, first.body)
    try:
        response = reply(200, work())
    except Fault as fault:
        response = reply(fault.status, fault.body(request.received))
        if not world.switches.requestid_remembers_faults:
            return response
    company.remember(request_id, Answer(response.status, response.body.decode(), fingerprint, now))
    return response


def parse_body(request: Request) -> Any:
    """Read a request's JSON; bad UTF-8 is fault 500, bad JSON fault 2010, another content type 1050."""
    if "json" not in request.headers.get("content-type", "json").lower():
        raise Fault("1050", f"Invalid Content Type : {request.headers['content-type']}", None)
    try:
        return loads(request.body)
    except UnicodeError as error:
        raise unsupported("Invalid byte in the request, which must be UTF-8,") from error
    except ValueError as error:
        raise unparsable() from error


def reply(status: int, content: dict[str, Any]) -> Response:
    """Answer as the accounting service does."""
    return _raw(status, dumps(content))


def _raw(status: int, text: str) -> Response:
    kind = "application/json;charset=utf-8" if status == 200 else "application/json"
    return Response(status, text.encode("utf-8", "replace"), kind, dict(_HEADERS))
