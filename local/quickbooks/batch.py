"""Batch: several writes and queries in one request, each with a fault of its own.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/batch
"""

from typing import Any

from local.quickbooks.calls import Call, entity_in
from local.quickbooks.companies import Company
from local.quickbooks.entities import ENTITIES
from local.quickbooks.entities.fields import missing, unparsable
from local.quickbooks.faults import Fault, fault_body
from local.quickbooks.messages import Request
from local.quickbooks.queries import run_query
from local.quickbooks.world import World
from local.quickbooks.writes import parse_body, write

MOST_ITEMS = 30
LONGEST_REQUEST_ID = 36
_LONGEST_BID = 10
_OWN_NAMES = {"bId", "operation", "optionsData", "Query"}


def batch(world: World, company: Company, request: Request) -> dict[str, Any]:
    """Do every item, whatever becomes of the others, and return their answers.

    Items do not see each other's results. Raise fault 1040 for more than 30.
    """
    body = parse_body(request)
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    if not isinstance(items, list) or len(body) > 1 or not all(isinstance(item, dict) for item in items):
        raise unparsable()
    if len(items) > MOST_ITEMS:
        raise Fault("1040", f"Batch size exceeds allowed limit : {len(items)} items, at most {MOST_ITEMS}.", None)
    seen: set[str] = set()
    responses = []
    for item in items:
        batch_id = item.get("bId")
        try:
            _check_batch_id(request, batch_id, seen)
            answer = _injected(world, company, request, item) or _answer(world, company, item)
        except Fault as fault:
            answer = {"Fault": fault.body(request.received)["Fault"]}
        responses.append({**answer, **({} if batch_id is None else {"bId": batch_id})})
    queries = sum("QueryResponse" in answer for answer in responses)
    request.data_out = queries if world.switches.batch_items_metered_singly else min(queries, 1)
    if world.switches.batch_answers_reversed:
        responses.reverse()
    return {"BatchItemResponse": responses}


def _answer(world: World, company: Company, item: dict[str, Any]) -> dict[str, Any]:
    if "Query" in item:
        return run_query(world.switches, company, str(item["Query"]))
    name = _entity_name(item)
    operation = str(item.get("operation") or "").lower()
    options = str(item.get("optionsData") or "")
    return {name: write(world, company, ENTITIES[name], operation, item[name], options)}


def _entity_name(item: dict[str, Any]) -> str:
    names = [name for name in item if name not in _OWN_NAMES]
    if not names:
        raise missing("Query or an entity")
    unknown = [name for name in names if name not in ENTITIES]
    if unknown or len(names) > 1:
        raise Fault("2000", f"Invalid or unsupported object name : {', '.join(unknown or names)}", None)
    return names[0]


def _check_batch_id(request: Request, batch_id: Any, seen: set[str]) -> None:
    if not isinstance(batch_id, str) or not batch_id:
        raise missing("bId")
    if batch_id in seen:
        raise Fault("2030", f"Invalid ID : bId {batch_id} is used twice.", "bId")
    seen.add(batch_id)
    # Together with the request id it must fit into 50 characters.
    if request.query.get("requestid") and len(batch_id) > _LONGEST_BID:
        raise Fault("2050", f"A bId has at most {_LONGEST_BID} characters besides a requestid.", "bId")


def _injected(world: World, company: Company, request: Request, item: dict[str, Any]) -> dict[str, Any] | None:
    """Return the fault on demand that takes this item, if one does."""
    if "Query" in item:
        call = Call("query", "POST", request.target, company.realm_id, entity_in(str(item["Query"])))
    else:
        name = next((name for name in item if name in ENTITIES), None)
        body = item.get(name) if name else None
        has_id = isinstance(body, dict) and body.get("Id") not in (None, "")
        operation = str(item.get("operation") or ("update" if has_id else "create")).lower()
        call = Call(operation, "POST", request.target, company.realm_id, name)
    injected = world.injection.take(call)
    if injected is None:
        return None
    code = injected.then.get("fault_code", "10000")
    body = fault_body(code, injected.then.get("detail"), request.received)
    if injected.then.get("commit"):
        _answer(world, company, item)
    return {"Fault": body.get("Fault") or {"Error": [{"Message": "Error", "code": code}], "type": "SystemFault"}}
