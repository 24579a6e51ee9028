"""Matches that people make, kept as entity links: EntityLinksTable."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import batched
from typing import Any

from ledgerlink.domain.history import Actor
from ledgerlink.domain.links import LinkKey
from ledgerlink.domain.mappings import MappingKind, Match, Unmatched
from ledgerlink.domain.times import optional_time, to_text
from ledgerlink.errors import DocumentBusy
from ledgerlink.storage import keys
from ledgerlink.storage.table import ConditionFailed, Table
from ledgerlink.storage.unmatched import unmatched_item

_NOT_LEASED = "(attribute_not_exists(#lease_until) OR #lease_until <= :now)"
_OF_THE_OLD_ENTITY = "#doc_number, #sync_token, #content_hash, #line_ids, #fields, #deleted, #begun_numbers, #begun_at"
_OF_THE_MATCH = "#entity_id, #host_id, #manual, #matched_at, #caller, #user, #name, #sku"
_LET_GO = "#refusals = if_not_exists(#refusals, :zero) + :one"
"""Counted as a refusal: under the old requestid Intuit may answer the next create with the entity that was let go."""
_COUNT = {"zero": 0, "one": 1}
_SHOWN = (
    *("host_id", "entity", "entity_id", "manual", "matched_at", "caller", "user"),
    *("name", "sku", "doc_number"),
)
_MOST_ASKED = 100
"""So many values one comparison may have (DynamoDB, limits of expressions)."""


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
            "name": made.name,
            "sku": made.sku,
        }
        removed = _OF_THE_OLD_ENTITY
        if made.by.user:
            facts["user"] = made.by.user
        else:
            removed += ", #user"
        settings = [f"#{name} = :{name}" for name in facts]
        values = facts | {"now": to_text(now), "before": before.get("entity_id")}
        if _was_written(before):
            settings.append(_LET_GO)
            values |= _COUNT
        change = self._table.update_of(
            pk,
            sk,
            f"SET {', '.join(settings)} REMOVE {removed}",
            f"{_same_entity(before)} AND {_NOT_LEASED}",
            values,
        )
        settled = self._table.delete_of(*keys.unmatched(made.key))
        self._write([change, settled, *self._release_of(made.key, before, unless=made)])

    def unmatch(self, key: LinkKey, now: datetime) -> bool:
        """Remove what it was matched with, by hand or by itself, and note that it is unmatched; False where it is
        not matched. Raises DocumentBusy while it is being written.
        """
        pk, sk = keys.link(key)
        before = self._table.get(pk, sk) or {}
        if "entity_id" not in before:
            return False
        condition = f"{_same_entity(before)} AND {_NOT_LEASED}"
        values = {"now": to_text(now), "before": before.get("entity_id")}
        if _was_written(before):
            change = f"SET {_LET_GO} REMOVE {_OF_THE_MATCH}, {_OF_THE_OLD_ENTITY}"
            removal = self._table.update_of(pk, sk, change, condition, values | _COUNT)
        else:
            removal = self._table.delete_of(pk, sk, condition, values)
        forgotten = Unmatched(_match(key, before).thing, now)
        noted = self._table.put_of(unmatched_item(forgotten))
        self._write([removal, noted, *self._release_of(key, before)])
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
            after=keys.link(replace(some, host_id=after)) if after else None,
            attributes=_SHOWN,
        )
        found = [_match(_key_of(some, item), item) for item in items]
        return found, last.removeprefix(prefix) if last else None

    def matched_with(
        self, tenant_id: str, connection_id: str, kind: MappingKind, entity_ids: Collection[str]
    ) -> dict[str, list[str]]:
        """The host's ids of all that is matched with these entities. DynamoDB looks through the links of the kind."""
        some = LinkKey(tenant_id, connection_id, kind, "")
        found: dict[str, list[str]] = {}
        for asked in batched(sorted(set(entity_ids)), _MOST_ASKED, strict=False):
            for item in self._with_entities(some, asked):
                found.setdefault(item["entity_id"], []).append(_key_of(some, item).host_id)
        return found

    def _with_entities(self, some: LinkKey, asked: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        pk, prefix = keys.link(some)
        ids = {f"id_{number}": entity_id for number, entity_id in enumerate(asked)}
        after: tuple[str, str] | None = None
        while True:
            items, last = self._table.page(
                "#pk = :pk AND begins_with(#sk, :prefix)",
                {"pk": pk, "prefix": prefix, **ids},
                filtered=f"#entity_id IN ({', '.join(f':{name}' for name in ids)})",
                limit=_MOST_ASKED,
                after=after,
                attributes=("host_id", "entity_id"),
            )
            yield from items
            if last is None:
                return
            after = (pk, last)

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


def _was_written(before: Mapping[str, Any]) -> bool:
    """Whether a write of ours made, or may have made, what it was matched with now or before."""
    return "sync_token" in before or "begun_numbers" in before or bool(before.get("refusals"))


def _key_of(some: LinkKey, item: Mapping[str, Any]) -> LinkKey:
    """The key of one link among those of a kind."""
    host_id = item.get("host_id") or item["sk"].removeprefix(keys.links_prefix(some.kind))
    return replace(some, host_id=host_id)


def _match(key: LinkKey, item: Mapping[str, Any]) -> Match:
    return Match(
        key=key,
        entity=item["entity"],
        entity_id=item["entity_id"],
        manual="manual" in item,
        at=optional_time(item.get("matched_at")),
        by=Actor(item["caller"], item.get("user")) if "caller" in item else None,
        name=item.get("name") or item.get("doc_number", ""),
        sku=item.get("sku", ""),
    )
