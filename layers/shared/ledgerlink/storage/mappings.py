"""Matches that people make, kept as entity links: EntityLinksTable."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledgerlink.domain.history import Actor
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import MappingKind, Match
from ledgerlink.domain.times import optional_time, to_text
from ledgerlink.errors import DocumentBusy
from ledgerlink.storage import keys
from ledgerlink.storage.table import ConditionFailed, Table

_NOT_LEASED = "(attribute_not_exists(#lease_until) OR #lease_until <= :now)"
_OF_THE_OLD_ENTITY = "#doc_number, #sync_token, #content_hash, #line_ids, #deleted, #begun_numbers, #begun_at"
_SHOWN = ("host_id", "entity", "entity_id", "manual", "matched_at", "caller", "user")


class DynamoMappings:
    """The same links as those of documents and names, as people see and make them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, key: LinkKey) -> Match | None:
        """What it was matched with, by hand or by itself."""
        item = self._table.get(*keys.link(key))
        return _match(key, item) if item and "entity_id" in item else None

    def match(self, made: Match, now: datetime) -> None:
        """Replaces what was there, and lets the old entity go. Raises DocumentBusy while it is being written."""
        assert made.at is not None and made.by is not None
        pk, sk = keys.link(made.key)
        before = self._table.get(pk, sk) or {}
        facts = {
            "entity": made.entity,
            "entity_id": made.entity_id,
            "host_id": made.key.host_id,
            "manual": True,
            "matched_at": to_text(made.at),
            "caller": made.by.caller,
        }
        removed = _OF_THE_OLD_ENTITY
        if made.by.user:
            facts["user"] = made.by.user
        else:
            removed += ", #user"
        change = self._table.update_of(
            pk,
            sk,
            "SET " + ", ".join(f"#{name} = :{name}" for name in facts) + f" REMOVE {removed}",
            f"{_same_entity(before)} AND {_NOT_LEASED}",
            facts | {"now": to_text(now), "before": before.get("entity_id")},
        )
        self._write([change, *self._release_of(made.key, before, unless=made)])

    def unmatch(self, key: LinkKey, now: datetime) -> bool:
        """Remove what it was matched with, by hand or by itself; False where it is not. Raises DocumentBusy
        while it is being written.
        """
        pk, sk = keys.link(key)
        before = self._table.get(pk, sk) or {}
        if "entity_id" not in before:
            return False
        removal = self._table.delete_of(
            pk,
            sk,
            f"{_same_entity(before)} AND {_NOT_LEASED}",
            {"now": to_text(now), "before": before.get("entity_id")},
        )
        self._write([removal, *self._release_of(key, before)])
        return True

    def page(
        self, tenant_id: str, connection_id: str, kind: MappingKind, *, limit: int, after: str | None
    ) -> tuple[list[Match], str | None]:
        """In the order of the host's ids, and the token to go on after while there is more."""
        some = LinkKey(tenant_id, connection_id, kind, "")
        pk, prefix = keys.link(some)
        items, last = self._table.page(
            "#pk = :pk AND begins_with(#sk, :prefix)",
            {"pk": pk, "prefix": prefix},
            filtered="attribute_exists(#entity_id)",
            limit=limit,
            after=(pk, prefix + after) if after else None,
            attributes=_SHOWN,
        )
        found = []
        for item in items:
            host_id = item.get("host_id") or item["sk"].removeprefix(prefix)
            found.append(_match(LinkKey(tenant_id, connection_id, kind, host_id), item))
        return found, last.removeprefix(prefix) if last else None

    def _release_of(self, key: LinkKey, before: Mapping[str, Any], unless: Match | None = None) -> list[dict[str, Any]]:
        """What lets the old entity go if it was claimed for this link: other documents may become it then."""
        if "entity_id" not in before or (unless and unless.entity_id == before["entity_id"]):
            return []
        claim_key = keys.entity_claim(key, before["entity"], before["entity_id"])
        _, link_sk = keys.link(key)
        claim = self._table.get(*claim_key)
        if claim is None or claim["link"] != link_sk:
            return []
        return [self._table.delete_of(*claim_key, "#link = :link", {"link": link_sk})]

    def _write(self, writes: list[dict[str, Any]]) -> None:
        try:
            self._table.transact(writes)
        except ConditionFailed as busy:
            raise DocumentBusy("It is being sent to QuickBooks at this moment.") from busy


def _same_entity(before: Mapping[str, Any]) -> str:
    return "#entity_id = :before" if "entity_id" in before else "attribute_not_exists(#entity_id)"


def _match(key: LinkKey, item: Mapping[str, Any]) -> Match:
    return Match(
        key=key,
        entity=item["entity"],
        entity_id=item["entity_id"],
        manual="manual" in item,
        at=optional_time(item.get("matched_at")),
        by=Actor(item["caller"], item.get("user")) if "caller" in item else None,
    )
