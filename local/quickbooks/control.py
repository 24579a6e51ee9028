"""The control API under ``/simulator/``: what tests and demos do to the simulator, in JSON."""

import random
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from local.quickbooks import control_webhooks
from local.quickbooks.companies import PLANS, Company
from local.quickbooks.control_words import NotFound, only
from local.quickbooks.entities import ENTITIES, EntityType, Writing
from local.quickbooks.entities.preferences import merge_preferences
from local.quickbooks.faults import Fault
from local.quickbooks.grants import ACCOUNTING, DEFAULT_CLIENT, Client
from local.quickbooks.jsontext import loads
from local.quickbooks.merge import MERGED, merge
from local.quickbooks.messages import Request, Response, json_response
from local.quickbooks.seed import new_company, put_singleton
from local.quickbooks.world import World

_OWN_FIELDS = {"Id", "SyncToken", "MetaData", "domain", "status", "sparse"}
_REALM_ID = re.compile(r"\d{10,20}")


def handle(world: World, request: Request) -> Response:
    """Answer one call of the control API."""
    try:
        body = loads(request.body) if request.body.strip() else {}
        for method, pattern, action in _ROUTES:
            found = re.fullmatch(pattern, "/".join(request.segments[1:]))
            if found and method == request.method:
                if not isinstance(body, dict):
                    raise ValueError("the body must be a JSON object")
                return json_response(action(world, request, body, *found.groups()))
    except NotFound as error:
        return json_response({"error": str(error)}, 404)
    except ValueError as error:
        return json_response({"error": str(error)}, 400)
    except (AttributeError, KeyError, TypeError) as error:
        return json_response({"error": f"the body does not fit this call: {error!r}"}, 400)
    except Fault as fault:
        return json_response(fault.body(request.received), fault.status)
    return json_response({"error": "no such control call; see the README"}, 404)


def _health(world: World, request: Request, body: dict[str, Any]) -> Any:
    return {"status": "ok", "companies": len(world.companies.all()), "time": world.clock.now().isoformat()}


def _list_companies(world: World, request: Request, body: dict[str, Any]) -> Any:
    return {"companies": [_shown(company) for company in world.companies.all()]}


def _create_company(world: World, request: Request, body: dict[str, Any]) -> Any:
    only(body, "name", "plan", "country", "currency", "realm_id", "preferences", "counts", "days")
    realm_id = body.get("realm_id")
    if realm_id is not None and not _REALM_ID.fullmatch(str(realm_id)):
        raise ValueError("realm_id is a string of 10 to 20 digits")
    number = len(world.companies.all())
    company = new_company(
        random.Random(f"{world.seed}/{number}/{body.get('name')}"),
        world.clock.now(),
        str(body.get("name", f"Company {number + 1}")),
        body.get("plan", "Plus"),
        country=body.get("country", "US"),
        currency=body.get("currency", "USD"),
        realm_id=None if realm_id is None else str(realm_id),
        preferences=body.get("preferences"),
        counts=body.get("counts"),
        days=int(body.get("days", 80)),
    )
    world.companies.add(company)
    return _shown(company)


def _show_company(world: World, request: Request, body: dict[str, Any], realm_id: str) -> Any:
    return _shown(_company(world, realm_id))


def _change_company(world: World, request: Request, body: dict[str, Any], realm_id: str) -> Any:
    only(body, "name", "plan", "preferences")
    company = _company(world, realm_id)
    if body.get("plan", company.plan) not in PLANS:
        raise ValueError(f"unknown plan; plans: {', '.join(PLANS)}")
    with company.lock:
        now = world.clock.now()
        company.plan = body.get("plan", company.plan)
        company.name = str(body.get("name", company.name))
        if "preferences" in body:
            company.preferences = merge_preferences(company.preferences, body["preferences"])
            put_singleton(company, "Preferences", company.preferences, now)
        info = company.store("CompanyInfo").get("1")
        if info is not None and ("plan" in body or "name" in body):
            pairs = [
                {**pair, "Value": f"QuickBooks Online {company.plan}"} if pair["Name"] == "OfferingSku" else pair
                for pair in info.body["NameValue"]
            ]
            put_singleton(company, "CompanyInfo", {**info.body, "CompanyName": company.name, "NameValue": pairs}, now)
    return _shown(company)


def _list_entities(world: World, request: Request, body: dict[str, Any], realm_id: str, kind: str) -> Any:
    company, entity = _company(world, realm_id), _kind(kind)
    with company.lock:
        store = company.store(entity.name)
        return {entity.name: [row.text for row in store.all()], "deleted": dict(store.deleted)}


def _create_entity(world: World, request: Request, body: dict[str, Any], realm_id: str, kind: str) -> Any:
    company, entity = _company(world, realm_id), _kind(kind)
    with company.lock:
        return entity.create(_writing(world, company), body).text


def _change_entity(
    world: World, request: Request, body: dict[str, Any], realm_id: str, kind: str, entity_id: str
) -> Any:
    """Edit as a user does; null takes a field away, fields that the API computes are laid over."""
    company, entity = _company(world, realm_id), _kind(kind)
    only(body, *(name for name in entity.shape.fields if name not in _OWN_FIELDS))
    with company.lock:
        row = company.store(entity.name).get(entity_id)
        if row is None:
            raise NotFound(f"no {entity.name} {entity_id}")
        return entity.edit(_writing(world, company), row, body).text


def _delete_entity(
    world: World, request: Request, body: dict[str, Any], realm_id: str, kind: str, entity_id: str
) -> Any:
    company, entity = _company(world, realm_id), _kind(kind)
    with company.lock:
        row = company.store(entity.name).get(entity_id)
        if row is None:
            raise NotFound(f"no {entity.name} {entity_id}")
        entity.remove(_writing(world, company), row)
    return {"deleted": entity_id}


def _merge(world: World, request: Request, body: dict[str, Any], realm_id: str) -> Any:
    only(body, "entity", "from", "into")
    company, kind = _company(world, realm_id), _kind(str(body.get("entity")))
    if kind.name not in MERGED:
        raise ValueError(f"only {' and '.join(MERGED)} can be merged")
    with company.lock:
        return merge(_writing(world, company), kind.name, str(body.get("from")), str(body.get("into")))


def _add_fault(world: World, request: Request, body: dict[str, Any]) -> Any:
    return asdict(world.injection.add(body))


def _list_faults(world: World, request: Request, body: dict[str, Any]) -> Any:
    return {"faults": world.injection.all()}


def _clear_faults(world: World, request: Request, body: dict[str, Any]) -> Any:
    return {"cleared": world.injection.clear()}


def _clear_fault(world: World, request: Request, body: dict[str, Any], fault_id: str) -> Any:
    return {"cleared": world.injection.clear(fault_id)}


def _stats(world: World, request: Request, body: dict[str, Any]) -> Any:
    last = request.query.get("last", "50")
    if not last.isdigit():
        raise ValueError("last is a number")
    report = world.stats.report(int(last), request.query.get("realm_id"), world.oauth.concurrent_refreshes)
    return {**report, "core_plus": world.metering.report()}


def _reset_stats(world: World, request: Request, body: dict[str, Any]) -> Any:
    world.stats.reset()
    world.metering.clear()
    world.oauth.concurrent_refreshes = 0
    return {"reset": "stats"}


def _reset(world: World, request: Request, body: dict[str, Any]) -> Any:
    world.reset()
    return {"reset": "everything"}


def _advance(world: World, request: Request, body: dict[str, Any]) -> Any:
    only(body, "advance_seconds")
    seconds = body.get("advance_seconds", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or abs(seconds) > 1_000_000_000:
        raise ValueError("advance_seconds is a whole number")
    return {"time": world.clock.advance(seconds).isoformat(), "offset_seconds": world.clock.offset_seconds}


def _show_clock(world: World, request: Request, body: dict[str, Any]) -> Any:
    return _advance(world, request, {})


def _revoke(world: World, request: Request, body: dict[str, Any]) -> Any:
    only(body, "realm_id")
    company = _company(world, str(body.get("realm_id")))
    return {"revoked": world.oauth.disconnect(company.realm_id)}


def _switches(world: World, request: Request, body: dict[str, Any]) -> Any:
    world.switches.update(body)
    return world.switches.as_dict()


def _list_clients(world: World, request: Request, body: dict[str, Any]) -> Any:
    return {
        "clients": [
            {"client_id": client.client_id, "name": client.name, "redirect_uris": client.redirect_uris}
            for client in world.oauth.clients()
        ],
        "grants": world.oauth.grants(),
    }


def _add_client(world: World, request: Request, body: dict[str, Any]) -> Any:
    only(body, "client_id", "client_secret", "name", "redirect_uris")
    uris = body.get("redirect_uris", [])
    if not body.get("client_id") or not body.get("client_secret") or not isinstance(uris, list):
        raise ValueError("a client has client_id, client_secret, and optionally name and a list redirect_uris")
    name = str(body.get("name", body["client_id"]))
    world.oauth.register(Client(str(body["client_id"]), str(body["client_secret"]), name, [str(uri) for uri in uris]))
    return {"client_id": body["client_id"], "name": name, "redirect_uris": uris}


def _issue_tokens(world: World, request: Request, body: dict[str, Any]) -> Any:
    only(body, "realm_id", "client_id", "scopes")
    company = _company(world, str(body.get("realm_id")))
    client_id = str(body.get("client_id", DEFAULT_CLIENT[0]))
    if client_id not in {client.client_id for client in world.oauth.clients()}:
        raise NotFound(f"no client {client_id}")
    return world.oauth.issue(client_id, company.realm_id, list(body.get("scopes", [ACCOUNTING])))


def _company(world: World, realm_id: str) -> Company:
    company = world.companies.get(realm_id)
    if company is None:
        raise NotFound(f"no company {realm_id}")
    return company


def _kind(name: str) -> EntityType:
    kind = ENTITIES.get(name)
    if kind is None:
        raise NotFound(f"no entity {name}; entities: {', '.join(ENTITIES)}")
    return kind


def _writing(world: World, company: Company) -> Writing:
    return Writing(company, world.clock.now(), world.switches, by_user=True)


def _shown(company: Company) -> dict[str, Any]:
    with company.lock:
        return {
            "realm_id": company.realm_id,
            "name": company.name,
            "plan": company.plan,
            "country": company.country,
            "currency": company.currency,
            "entities": {kind: len(store) for kind, store in company.stores.items()},
        }


_ENTITY = r"companies/(\d+)/entities/(\w+)"
_ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "health", _health),
    ("GET", "companies", _list_companies),
    ("POST", "companies", _create_company),
    ("GET", r"companies/(\d+)", _show_company),
    ("PATCH", r"companies/(\d+)", _change_company),
    ("GET", _ENTITY, _list_entities),
    ("POST", _ENTITY, _create_entity),
    ("PATCH", _ENTITY + r"/(\d+)", _change_entity),
    ("DELETE", _ENTITY + r"/(\d+)", _delete_entity),
    ("POST", r"companies/(\d+)/merge", _merge),
    ("POST", "faults", _add_fault),
    ("GET", "faults", _list_faults),
    ("DELETE", "faults", _clear_faults),
    ("DELETE", r"faults/(\w+)", _clear_fault),
    ("GET", "stats", _stats),
    ("DELETE", "stats", _reset_stats),
    ("POST", "stats/reset", _reset_stats),
    ("POST", "reset", _reset),
    ("GET", "clock", _show_clock),
    ("POST", "clock", _advance),
    ("POST", "revoke", _revoke),
    ("GET", "switches", _switches),
    ("POST", "switches", _switches),
    ("GET", "clients", _list_clients),
    ("POST", "clients", _add_client),
    ("POST", "tokens", _issue_tokens),
    *control_webhooks.ROUTES,
)
