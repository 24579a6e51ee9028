"""What documents named and nothing in QuickBooks could be found for: EntityLinksTable, beside the links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import HostThing, MappingKind, Unmatched
from ledgerlink.domain.times import from_text, to_text
from ledgerlink.storage import keys
from ledgerlink.storage.table import Table

_SHOWN = ("host_id", "name", "sku", "noted_at", "problem", "entity_id")


class DynamoUnmatched:
    """One item for each thing, so that reading them costs what is unmatched and not what is matched."""

    def __init__(self, table: Table, clock: Callable[[], datetime]) -> None:
        self._table = table
        self._clock = clock

    def note(self, thing: HostThing, problem: Mapping[str, Any], entity_id: str) -> None:
        """Documents that name it fail; ``entity_id`` is what it is matched with and cannot be used any more."""
        self._table.put(unmatched_item(Unmatched(thing, self._clock(), dict(problem), entity_id)))

    def settle(self, found: Sequence[LinkKey]) -> None:
        """They were found; of most of them nothing was noted, which takes one look and no write."""
        for item in self._table.get_many([keys.unmatched(key) for key in found], attributes=("host_id",)):
            self._table.delete(item["pk"], item["sk"])

    def find_many(self, wanted: Sequence[LinkKey]) -> Mapping[LinkKey, Unmatched]:
        """Those that were noted."""
        by_key = {keys.unmatched(key): key for key in wanted}
        items = self._table.get_many(list(by_key), attributes=_SHOWN)
        return {by_key[item["pk"], item["sk"]]: _unmatched(by_key[item["pk"], item["sk"]], item) for item in items}

    def page(
        self, tenant_id: str, connection_id: str, kind: MappingKind, *, limit: int, after: str | None
    ) -> tuple[list[Unmatched], str | None]:
        """In the order of the host's ids, and the id to go on after while there is more."""
        some = LinkKey(tenant_id, connection_id, kind, "")
        pk, prefix = keys.unmatched(some)
        items, last = self._table.page(
            "#pk = :pk AND begins_with(#sk, :prefix)",
            {"pk": pk, "prefix": prefix},
            limit=limit,
            after=keys.unmatched(replace(some, host_id=after)) if after else None,
            attributes=_SHOWN,
        )
        found = [_unmatched(replace(some, host_id=item["host_id"]), item) for item in items]
        return found, found[-1].thing.key.host_id if last else None


def unmatched_item(one: Unmatched) -> dict[str, Any]:
    """How it is kept."""
    pk, sk = keys.unmatched(one.thing.key)
    return {
        "pk": pk,
        "sk": sk,
        "host_id": one.thing.key.host_id,
        "name": one.thing.name,
        "sku": one.thing.sku,
        "noted_at": to_text(one.noted_at),
        "problem": dict(one.problem) if one.problem else None,
        "entity_id": one.entity_id,
    }


def _unmatched(key: LinkKey, item: Mapping[str, Any]) -> Unmatched:
    return Unmatched(
        thing=HostThing(key, item["name"], item["sku"]),
        noted_at=from_text(item["noted_at"]),
        problem=item.get("problem"),
        entity_id=item["entity_id"],
    )
