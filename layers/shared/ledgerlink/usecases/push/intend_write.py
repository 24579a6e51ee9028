"""What a push would write of a document: the choices of ``write_once`` without its writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ledgerlink.domain.asks import Asking, Find, Read
from ledgerlink.domain.links import EntityLink
from ledgerlink.domain.names import same_name
from ledgerlink.domain.translation import Entity, Resolved
from ledgerlink.errors import OutOfSync
from ledgerlink.usecases.push.look_before_write import (
    check_copy,
    check_sku,
    check_untouched,
    deleted,
    find_entity,
    may_be_made_anew,
    number_taken,
    refuses_a_second,
    still_there,
)

PARTIES = ("Vendor", "Customer", "Employee")
"""No two of them may have the same name (Intuit, fault 6240)."""


class Action(StrEnum):
    """What would be written."""

    CREATE = "create"
    UPDATE = "update"
    REATTACH = "reattach"
    """An update of what QuickBooks has already under the document's number or name."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Intended:
    """What a push would write first."""

    action: Action
    body: Mapping[str, Any] = field(repr=False)
    current: Entity | None = field(default=None, repr=False)
    """What would be updated, as it is now."""
    notes: Sequence[str] = ()


def intend_write(document: Resolved, link: EntityLink | None, now: datetime, *, by_hand: bool) -> Asking[Intended]:
    """Raises what a push would end with."""
    if link and link.deleted and not by_hand:
        raise deleted(link.doc_number or document.number)
    if link and link.entity_id and not link.deleted:
        yield from check_sku(document, link)
        try:
            return (yield from _update(document, link, link.entity_id, by_hand=by_hand))
        except OutOfSync as error:
            if not may_be_made_anew(document, error, by_hand=by_hand):
                raise
    for candidate in [document, *document.under_other_names()]:
        found, taken = yield from find_entity(candidate, link, now)
        if found is not None:
            return _reattach(candidate, found)
        notes = []
        if link and link.entity_id:
            number = link.doc_number or document.number
            notes.append(f"{number} was deleted or merged in QuickBooks; it would be made anew.")
        if taken and not refuses_a_second(candidate):
            notes.append(f"QuickBooks has another {candidate.entity} with the number {candidate.number} already.")
            taken = False
        if not taken and not (yield from _is_a_partys(candidate)):
            yield from check_copy(candidate)
            return Intended(Action.CREATE, candidate.create_body(), notes=notes)
    raise number_taken(document.number)


def _update(document: Resolved, link: EntityLink, entity_id: str, *, by_hand: bool) -> Asking[Intended]:
    try:
        current: Entity = yield Read(document.entity, entity_id)
    except OutOfSync as error:
        raise deleted(document.number, error.intuit_tid) from error
    sync_token, line_ids = link.sync_token, link.line_ids
    if current.get("SyncToken") != sync_token:
        if not by_hand:
            check_untouched(document, current)
        sync_token, line_ids = str(current["SyncToken"]), still_there(line_ids, current)
    # A name that was taken when it was created was given a suffix, and keeps it while it is taken.
    names = sorted([document, *document.under_other_names()], key=lambda candidate: candidate.number != link.doc_number)
    for candidate in names:
        if not (yield from _is_anothers(candidate, current)):
            body = candidate.update_body(entity_id, sync_token, line_ids)
            return Intended(Action.UPDATE, body, current)
    raise number_taken(document.number)


def _reattach(document: Resolved, found: Entity) -> Intended:
    line_ids = document.document.line_ids_of(found)
    body = document.update_body(str(found["Id"]), str(found["SyncToken"]), line_ids)
    note = f"QuickBooks has {document.number} already; it would be taken over, and not created a second time."
    return Intended(Action.REATTACH, body, found, [note])


def _is_anothers(document: Resolved, current: Entity) -> Asking[bool]:
    """Whether QuickBooks would refuse the number or name, since something else than the entity has it."""
    prop, number = document.document.lookups[0]
    if same_name(str(current.get(prop) or ""), number):
        return False
    if refuses_a_second(document):
        found = yield Find(document.entity, prop, number)
        if any(entity.get("Id") != current["Id"] for entity in found):
            return True
    return (yield from _is_a_partys(document))


def _is_a_partys(document: Resolved) -> Asking[bool]:
    """Whether a party of another entity has the name."""
    if document.entity not in PARTIES:
        return False
    prop, number = document.document.lookups[0]
    for entity in PARTIES:
        if entity != document.entity and (yield Find(entity, prop, number)):
            return True
    return False
