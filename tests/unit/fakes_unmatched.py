"""What was named and could not be found, in memory."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ledgerlink.domain.documents import Document, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import HostThing, MappingKind, Unmatched
from tests.unit.orders import NOW, REALM, TENANT


def held_document(kind: str, document_id: str, **changes: Any) -> Document:
    """A supplier, customer or product that waits; names and SKUs are its tags."""
    facts: dict[str, Any] = {
        "revision": 1,
        "content": "{}",
        "content_hash": "abc",
        "status": Status.WAITING_FOR_SEND,
        "attempt": 0,
        "updated_at": NOW,
        "connection_id": REALM,
        "tags": {tag: changes.pop(tag) for tag in ("name", "sku") if tag in changes},
    }
    return Document(DocumentKey(TENANT, kind, document_id), **(facts | changes))


class FakeUnmatched:
    """As in the table: one entry for each thing, in the order of their ids."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.noted: dict[LinkKey, Unmatched] = {}
        self._clock = clock

    def note(self, thing: HostThing, problem: Mapping[str, Any], entity_id: str) -> None:
        self.noted[thing.key] = Unmatched(thing, self._clock(), dict(problem), entity_id)

    def settle(self, found: Sequence[LinkKey]) -> None:
        for key in found:
            self.noted.pop(key, None)

    def find_many(self, wanted: Sequence[LinkKey]) -> Mapping[LinkKey, Unmatched]:
        return {key: self.noted[key] for key in wanted if key in self.noted}

    def page(
        self, tenant_id: str, connection_id: str, kind: MappingKind, *, limit: int, after: str | None
    ) -> tuple[list[Unmatched], str | None]:
        ids = sorted(
            key.host_id
            for key in self.noted
            if (key.tenant_id, key.connection_id, key.kind) == (tenant_id, connection_id, kind)
            and key.host_id > (after or "")
        )
        found = [self.noted[LinkKey(tenant_id, connection_id, kind, host_id)] for host_id in ids[:limit]]
        return found, ids[limit - 1] if len(ids) > limit else None
