"""Entity links, leases and claims: EntityLinksTable."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ledgerlink.domain.links import EntityLink, Lease, LinkKey
from ledgerlink.domain.times import optional_text, optional_time, to_text
from ledgerlink.errors import DocumentBusy, DuplicateDocument
from ledgerlink.storage import keys
from ledgerlink.storage.table import ConditionFailed, Table

_MAY_BECOME = (
    "attribute_not_exists(#entity) OR #entity = :entity OR "
    "(attribute_not_exists(#begun_numbers) AND (attribute_not_exists(#entity_id) OR #deleted = :deleted))"
)
"""A document stays what it became, or may have become, until that is deleted (see ``EntityLink.became``)."""


class DynamoLinks:
    """Links of documents are claimed, so that one entity belongs to one document; links of names are not."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, key: LinkKey) -> EntityLink | None:
        """The link, or its begun mark."""
        item = self._table.get(*keys.link(key))
        return _link(key, item) if item else None

    def find_many(self, wanted: Sequence[LinkKey]) -> Mapping[LinkKey, EntityLink]:
        """The links that exist."""
        by_key = {keys.link(key): key for key in wanted}
        found = {}
        for item in self._table.get_many(list(by_key)):
            key = by_key[item["pk"], item["sk"]]
            found[key] = _link(key, item)
        return found

    # the write of a document

    def begin(self, key: LinkKey, entity: str, doc_number: str, lease: Lease, now: datetime) -> EntityLink:
        """Take the lease, leaving a begun mark with the number; return the link as it was before.

        From here on nobody knows what QuickBooks has until the write is complete, so the
        content that it had is forgotten. Raises DocumentBusy while another worker holds the lease, and
        where the document became, or may have become, another entity since our caller chose this one.
        """
        try:
            item = self._table.update(
                *keys.link(key),
                "SET #entity = :entity, #lease_owner = :owner, #lease_until = :until, #begun_at = :now "
                "REMOVE #content_hash ADD #begun_numbers :numbers",
                f"(attribute_not_exists(#lease_until) OR #lease_until <= :now) AND ({_MAY_BECOME})",
                {
                    "entity": entity,
                    "deleted": True,
                    "owner": lease.owner,
                    "until": to_text(lease.until),
                    "numbers": {doc_number},
                    "now": to_text(now),
                },
                answer="ALL_OLD",
            )
        except ConditionFailed as busy:
            raise DocumentBusy("The document is being sent by another worker.") from busy
        return replace(_link(key, {**item, "entity": entity}), content_hash="")

    def adopt(self, link: EntityLink) -> None:
        """Bind the entity to this document alone."""
        self._bind(link, "")

    def complete(self, link: EntityLink) -> None:
        """Adopt, and give the lease back: the outcome is known, but for earlier writes that may still arrive."""
        if link.begun_numbers:
            doubt = {"begun_numbers": set(link.begun_numbers), "begun_at": optional_text(link.begun_at)}
            self._bind(link, " REMOVE #lease_owner, #lease_until", doubt)
        else:
            self._bind(link, " REMOVE #lease_owner, #lease_until, #begun_numbers, #begun_at")

    def release(self, key: LinkKey, owner: str, *, refused: bool, before: EntityLink | None) -> None:
        """Give the lease back, unless it is another's by now.

        The begun mark stays as it is, or where nothing can have been written becomes what it was ``before``.
        """
        settings, removals = "#refusals = if_not_exists(#refusals, :zero) + :more", "#lease_owner, #lease_until"
        values: dict[str, Any] = {"owner": owner, "zero": 0, "more": int(refused)}
        if before and before.begun_numbers:
            settings += ", #begun_numbers = :numbers, #begun_at = :at"
            values |= {"numbers": set(before.begun_numbers), "at": optional_text(before.begun_at)}
        elif before:
            removals += ", #begun_numbers, #begun_at"
        try:
            self._table.update(*keys.link(key), f"SET {settings} REMOVE {removals}", "#lease_owner = :owner", values)
        except ConditionFailed:
            return

    def mark_deleted(self, key: LinkKey) -> None:
        """The entity is gone from QuickBooks; only a person may have it created anew."""
        # Counted as a refusal: under the old requestid Intuit may answer the next create with what is gone.
        self._table.update(
            *keys.link(key),
            "SET #deleted = :yes, #refusals = if_not_exists(#refusals, :zero) + :one",
            values={"yes": True, "zero": 0, "one": 1},
        )

    # names

    def remember(self, link: EntityLink) -> None:
        """What a supplier, a product or an account code became; what a link says already stays."""
        with contextlib.suppress(ConditionFailed):
            self._table.update(
                *keys.link(link.key),
                "SET #entity = :entity, #entity_id = :entity_id, #host_id = :host_id, #name = :name, #sku = :sku",
                "attribute_not_exists(#entity_id) AND attribute_not_exists(#begun_numbers)",
                {
                    "entity": link.entity,
                    "entity_id": link.entity_id,
                    "host_id": link.key.host_id,
                    "name": link.name,
                    "sku": link.sku,
                },
            )

    def forget(self, unwanted: Sequence[LinkKey]) -> None:
        """They have to be found again, except for those that a person matched or that are being written."""
        for key in unwanted:
            with contextlib.suppress(ConditionFailed):
                self._table.delete(
                    *keys.link(key), "attribute_not_exists(#manual) AND attribute_not_exists(#begun_numbers)"
                )

    def _bind(self, link: EntityLink, more: str, doubt: Mapping[str, Any] | None = None) -> None:
        assert link.entity_id is not None
        facts = {
            **(doubt or {}),
            "entity_id": link.entity_id,
            "doc_number": link.doc_number,
            "sync_token": link.sync_token,
            "content_hash": link.content_hash,
            "line_ids": dict(link.line_ids),
            "deleted": link.deleted,
        }
        if link.sku:
            facts["sku"] = link.sku
        if link.fields:
            facts["fields"] = set(link.fields)
        link_pk, link_sk = keys.link(link.key)
        claim_pk, claim_sk = keys.entity_claim(link.key, link.entity, link.entity_id)
        try:
            self._table.transact(
                [
                    self._table.update_of(
                        link_pk,
                        link_sk,
                        "SET " + ", ".join(f"#{name} = :{name}" for name in facts) + more,
                        values=facts,
                    ),
                    self._table.put_of(
                        {"pk": claim_pk, "sk": claim_sk, "link": link_sk},
                        "attribute_not_exists(#pk) OR #link = :link",
                        {"link": link_sk},
                    ),
                ]
            )
        except ConditionFailed as taken:
            raise DuplicateDocument(
                f"{link.doc_number} in QuickBooks already belongs to another document of yours.",
                code="entity_taken",
            ) from taken


def _link(key: LinkKey, item: Mapping[str, Any]) -> EntityLink:
    return EntityLink(
        key=key,
        entity=item["entity"],
        entity_id=item.get("entity_id"),
        doc_number=item.get("doc_number", ""),
        sync_token=item.get("sync_token", ""),
        content_hash=item.get("content_hash", ""),
        line_ids=item.get("line_ids", {}),
        refusals=item.get("refusals", 0),
        deleted=item.get("deleted", False),
        begun_numbers=frozenset(item.get("begun_numbers", ())),
        begun_at=optional_time(item.get("begun_at")),
        manual="manual" in item,
        name=item.get("name", ""),
        sku=item.get("sku", ""),
        fields=frozenset(item.get("fields", ())),
    )
