"""Change data capture: everything that changed since a moment, deletions included.

https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/change-data-capture
"""

from datetime import timedelta
from typing import Any

from local.quickbooks.clock import parse_moment
from local.quickbooks.companies import Company
from local.quickbooks.entities import BY_PATH, EntityType
from local.quickbooks.entities.fields import missing
from local.quickbooks.faults import Fault
from local.quickbooks.messages import Request
from local.quickbooks.query.parser import invalid
from local.quickbooks.store import Bound, Row, Store, last_updated
from local.quickbooks.world import World

_LOOK_BACK = timedelta(days=30)
_WITHOUT = {"taxcode", "taxrate", "taxagency", "timeactivity", "journalcode"}


def cdc(world: World, company: Company, request: Request) -> dict[str, Any]:
    """Return one QueryResponse for each entity that was asked for, in that order; an empty one for no change.

    There is no paging: what is beyond 1,000 objects is missing without a word.
    """
    kinds = [_kind(world, name.strip()) for name in request.query.get("entities", "").split(",") if name.strip()]
    if not kinds:
        raise missing("entities")
    since = _since(world, request)
    limit = world.switches.cdc_limit if request.cdc_limit is None else request.cdc_limit
    left = limit
    responses = []
    for kind in kinds:
        changes = _changes(world, company, kind, since, left)
        if not world.switches.cdc_limit_per_entity:
            left -= len(changes)
        responses.append({kind.name: changes, "startPosition": 1, "maxResults": len(changes)} if changes else {})
    return {"CDCResponse": [{"QueryResponse": responses}]}


def _kind(world: World, name: str) -> EntityType:
    kind = BY_PATH.get(name.lower())
    if name.lower() in _WITHOUT:
        raise Fault("5030", f"Feature Not Supported Error : there is no change data capture for {name}.", "entities")
    if kind is None or (kind.name == "InventoryAdjustment" and not world.switches.cdc_has_inventory_adjustments):
        raise invalid(f"invalid context declaration: {name}")
    return kind


def _since(world: World, request: Request) -> int:
    text = request.query.get("changedSince", "")
    if not text:
        raise missing("changedSince")
    try:
        since = parse_moment(text)
    except ValueError as error:
        raise Fault("2060", f"Invalid Date Format : changedSince. Supplied value:{text}", "changedSince") from error
    if world.switches.cdc_refuses_long_ago and since < world.clock.now() - _LOOK_BACK:
        raise Fault("2190", "Invalid Date Range : changedSince is more than 30 days ago.", "changedSince")
    return int(since.timestamp())


def _changes(world: World, company: Company, kind: EntityType, since: int, most: int) -> list[Any]:
    """Return rows and deletions, oldest change first, and not more than so many."""
    store = company.store(kind.name)
    index = store.sorted_by("MetaData.LastUpdatedTime", last_updated)
    positions = index.span(Bound(since, included=True))
    everything = world.switches.cdc_shows_inactive or not store.inactive
    found = [store.get(entity_id) for entity_id in index.ids(positions[:most] if everything else positions)]
    rows = [row for row in found if row is not None and (everything or row.active)]
    changed: list[tuple[int, Row | str]] = [(row.updated, row) for row in rows[:most]]
    deleted = store.deleted_since(since)[:most]
    if deleted:
        changed = sorted([*changed, *deleted], key=lambda change: change[0])[:most]
    return [change.text if isinstance(change, Row) else _gone(change, store) for _, change in changed]


def _gone(entity_id: str, store: Store) -> dict[str, Any]:
    when = store.deleted[entity_id]
    return {"domain": "QBO", "status": "Deleted", "Id": entity_id, "MetaData": {"LastUpdatedTime": when}}
