"""What kind of call a request is, for fault injection and statistics."""

import re
from dataclasses import dataclass

from local.quickbooks.entities import BY_PATH, ENTITIES
from local.quickbooks.jsontext import loads
from local.quickbooks.messages import Request

_FROM = re.compile(r"\bfrom\s+(\w+)", re.IGNORECASE)
_PLAIN = {
    "/oauth2/v1/tokens/bearer": "token",
    "/v2/oauth2/tokens/revoke": "revoke",
    "/v1/openid_connect/userinfo": "userinfo",
    "/connect/oauth2": "authorize",
}
_ACTIONS = {"send", "pdf"}
_WELL_KNOWN = "/.well-known/"


@dataclass(frozen=True, slots=True)
class Call:
    """A request, named: kind is create, update, delete, void, read, query, token, refresh and so on."""

    kind: str
    method: str
    target: str
    realm_id: str | None = None
    entity: str | None = None


def classify(request: Request) -> Call:
    """Name a request by its path, parameters and body."""
    path = request.path.rstrip("/") or "/"
    if path in _PLAIN:
        kind = _PLAIN[path]
        if kind == "token" and request.form.get("grant_type") == "refresh_token":
            kind = "refresh"
        return Call(kind, request.method, request.target)
    if path.startswith(_WELL_KNOWN):
        return Call("discovery", request.method, request.target)
    segments = request.segments
    if segments[:2] != ["v3", "company"] or len(segments) < 4:
        return Call("page" if segments[:1] == ["app"] else "other", request.method, request.target)
    kind, entity = _company_call(request, segments)
    return Call(kind, request.method, request.target, segments[2], entity)


def _company_call(request: Request, segments: list[str]) -> tuple[str, str | None]:
    resource = segments[3].lower()
    if resource == "query":
        return "query", entity_in(query_text(request))
    kind = BY_PATH.get(resource)
    if kind is None:
        return (resource if resource in {"batch", "cdc"} else "other"), None
    if resource in {"companyinfo", "preferences"} and request.method == "GET":
        return resource, kind.name
    if request.method == "GET":
        return ("read" if len(segments) == 5 else _action(segments)), kind.name
    operation = request.query.get("operation", "").lower()
    if operation:
        return operation, kind.name
    if len(segments) > 5:
        return _action(segments), kind.name
    return ("update" if _has_id(request.body) else "create"), kind.name


def _action(segments: list[str]) -> str:
    action = segments[5].lower() if len(segments) > 5 else ""
    return action if action in _ACTIONS else "other"


def entity_in(query: str) -> str | None:
    """Return the entity that a query is about."""
    found = _FROM.search(query)
    name = found.group(1) if found else None
    known = {item.lower(): item for item in ENTITIES}
    return known.get(name.lower(), name) if name else None


def query_text(request: Request) -> str:
    """Return a query from the URL or, sent by POST, from the body."""
    if request.method == "POST" and request.body:
        return request.body.decode("utf-8", "replace")
    return request.query.get("query", "")


def _has_id(body: bytes) -> bool:
    if b'"Id"' not in body:
        return False
    try:
        value = loads(body)
    except ValueError:
        return False
    return isinstance(value, dict) and value.get("Id") not in (None, "")
