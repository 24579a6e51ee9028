"""The part of the control API that is about webhooks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from local.quickbooks.companies import Change
from local.quickbooks.control_words import NotFound, only
from local.quickbooks.grants import DEFAULT_CLIENT
from local.quickbooks.messages import Request
from local.quickbooks.webhook_bodies import FORMATS, NOTIFIED, OPERATIONS
from local.quickbooks.webhooks import DEFAULT_VERIFIER, Endpoint
from local.quickbooks.world import World

_LONGEST_WAIT = 60


def _show(world: World, request: Request, body: dict[str, Any]) -> Any:
    last = request.query.get("last", "50")
    if not last.isdigit():
        raise ValueError("last is a number")
    endpoints = [vars(endpoint) for endpoint in world.webhooks.endpoints()]
    return {"endpoints": endpoints, **world.webhooks.deliveries(int(last))}


def _configure(world: World, request: Request, body: dict[str, Any]) -> Any:
    only(body, "client_id", "url", "entities", "verifier_token")
    url, entities = body.get("url"), body.get("entities") or []
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise ValueError("url is an http or https address")
    unknown = [name for name in entities if name not in NOTIFIED] if isinstance(entities, list) else [entities]
    if unknown:
        raise ValueError(f"no webhooks for {unknown[0]}; entities: {', '.join(NOTIFIED)}")
    endpoint = Endpoint(_client(world, body), url, list(entities), str(body.get("verifier_token") or DEFAULT_VERIFIER))
    world.webhooks.configure(endpoint)
    return vars(endpoint)


def _clear(world: World, request: Request, body: dict[str, Any], client_id: str | None = None) -> Any:
    world.webhooks.clear(client_id)
    return {"cleared": client_id or "all"}


def _flush(world: World, request: Request, body: dict[str, Any]) -> Any:
    only(body, "seconds")
    done = world.webhooks.flush(min(float(body.get("seconds", 10)), _LONGEST_WAIT))
    return {"done": done, **world.webhooks.deliveries(0)}


def _resend(world: World, request: Request, body: dict[str, Any]) -> Any:
    only(body, "ids", "last")
    ids = body.get("ids")
    return {"resent": world.webhooks.resend(ids, int(body.get("last", 1)))}


def _send(world: World, request: Request, body: dict[str, Any]) -> Any:
    only(body, "client_id", "events", "format", "signature", "body")
    endpoint = world.webhooks.endpoint(_client(world, body))
    if endpoint is None:
        raise NotFound("the client has no webhook endpoint")
    kind = body.get("format", world.switches.webhook_format)
    if kind not in FORMATS:
        raise ValueError(f"format is one of {', '.join(FORMATS)}")
    changes = [_change(world, event) for event in body.get("events", [])]
    signature = body.get("signature", "right")
    given = {"right": None, "wrong": "bm90IHRoZSByaWdodCBvbmU=", "missing": ""}.get(signature, str(signature))
    return world.webhooks.send_now(endpoint, changes, kind, body.get("body"), given)


def _change(world: World, event: dict[str, Any]) -> Change:
    only(event, "realm_id", "entity", "id", "operation", "time", "merged_id")
    operation = event.get("operation", "Update")
    if operation not in OPERATIONS:
        raise ValueError(f"operation is one of {', '.join(OPERATIONS)}")
    when = datetime.fromisoformat(event["time"]) if "time" in event else world.clock.now()
    merged_id = event.get("merged_id")
    return Change(str(event["realm_id"]), str(event["entity"]), str(event["id"]), operation, when, merged_id)


def _client(world: World, body: dict[str, Any]) -> str:
    client_id = str(body.get("client_id", DEFAULT_CLIENT[0]))
    if client_id not in {client.client_id for client in world.oauth.clients()}:
        raise NotFound(f"no client {client_id}")
    return client_id


ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "webhooks", _show),
    ("POST", "webhooks", _configure),
    ("DELETE", "webhooks", _clear),
    ("DELETE", r"webhooks/([\w.-]+)", _clear),
    ("POST", "webhooks/flush", _flush),
    ("POST", "webhooks/resend", _resend),
    ("POST", "webhooks/send", _send),
)
