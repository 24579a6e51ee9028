"""Documents that name vendors, customers, items and entries of lists, and what becomes of the names."""

from typing import Any

import pytest

from ledgerlink.domain.connections import Connection, Features
from ledgerlink.domain.documents import parse_content
from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.domain.references import References, Wanted
from ledgerlink.domain.resolution import Resolution
from ledgerlink.domain.to_quickbooks.translate import translate
from ledgerlink.domain.translation import Context
from ledgerlink.errors import SyncError
from ledgerlink.usecases.references.resolve_references import ReferenceResolver
from tests.unit.orders import KEY, KIND, NOW, REALM, TENANT, connection, line_json, order_json
from tests.unit.world import LEASE, World

BUYABLE = {"Type": "NonInventory", "ExpenseAccountRef": {"value": "80"}}
BRITISH = connection(country="GB", features=Features(classes_per_line=True))
CUSTOMER = {"id": "c-1", "name": "Mrs Finch"}


def context(company: Connection | None = None) -> Context:
    return Context(KEY.document_id, company or connection(), NOW.date())


def resolver(world: World, company: Connection | None = None, worker: str = "worker 0") -> ReferenceResolver:
    return world.open(context(company), Lease(worker, world.clock() + LEASE)).references


def wanted(company: Connection | None = None, kind: str = KIND, **changes: Any) -> Wanted:
    """What an order names, or another document with this kind and content."""
    content = order_json(**changes) if kind == KIND else changes
    return translate(parse_content(kind, content), context(company)).wanted()


def only(company: Connection | None = None, **line: Any) -> Wanted:
    """What an order with this line alone names."""
    return wanted(company, lines=[line_json(**line)], costs=[])


def resolve(world: World, what: Wanted, company: Connection | None = None) -> References:
    return resolver(world, company).resolve([what]).references(what)


def refused(world: World, what: Wanted, company: Connection | None = None) -> SyncError:
    with pytest.raises(SyncError) as refusal:
        resolve(world, what, company)
    return refusal.value


def key_of(kind: str, host_id: str) -> LinkKey:
    return LinkKey(TENANT, REALM, kind, host_id)


def linked(world: World) -> dict[tuple[str, str], str | None]:
    return {(key.kind, key.host_id): link.entity_id for key, link in world.links.links.items() if key.kind != "skus"}


def match_by_hand(world: World, kind: str, host_id: str, entity: str, entity_id: str) -> None:
    world.links.links[key_of(kind, host_id)] = EntityLink(key_of(kind, host_id), entity, entity_id, manual=True)


def books_calls(world: World) -> list[str]:
    return [call for call in world.script.calls if call.startswith("books.")]


def bill_of(order_id: str = KEY.document_id) -> Wanted:
    lines = [line_json()]
    supplier = order_json()["supplier"]
    return wanted(kind="bills", number="B-1", supplier=supplier, purchase_order=order_id, lines=lines)


def supplier_json(number: int, name: str | None = None) -> dict[str, Any]:
    return {"id": f"s-{number}", "name": name or f"Supplier {number}"}


def outcomes(resolution: Resolution, orders: list[Wanted]) -> list[str]:
    found = []
    for one in orders:
        try:
            resolution.references(one)
        except SyncError as error:
            found.append(error.code)
        else:
            found.append("resolved")
    return found
