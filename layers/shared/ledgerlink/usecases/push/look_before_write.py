"""What QuickBooks has already of a document: asked before it is written, and when nothing is to be written at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ledgerlink.domain.asks import Asking, Find, Read
from ledgerlink.domain.links import EntityLink
from ledgerlink.domain.to_quickbooks.bill import BillTranslation
from ledgerlink.domain.to_quickbooks.name_lists import NameTranslation
from ledgerlink.domain.translation import Resolved
from ledgerlink.errors import AmbiguousDocument, DocumentBusy, DuplicateDocument, OutOfSync

MAY_STILL_ARRIVE = timedelta(seconds=240)
"""How long after its begin a write may still be committed: a worker lives two minutes, and Intuit
works on a request for two more before it cuts it (Intuit, "Limits and throttles")."""

DELETED = "deleted_in_quickbooks"
"""The code of the error of a document whose entity is gone."""

_SKU = "Sku"

type Entity = Mapping[str, Any]


def find_entity(document: Resolved, link: EntityLink | None, now: datetime) -> Asking[tuple[Entity | None, bool]]:
    """The one entity that this document became or may become; and whether something else has its name.

    An attempt whose answer was lost may have used a number that the document no
    longer has; there only an entity of our own counts. Raises AmbiguousDocument, and DocumentBusy
    while such an attempt may still arrive where QuickBooks would not refuse ours.
    """
    taken = False
    for prop, value in reversed(document.document.lookups):
        candidates = yield Find(document.entity, prop, value)
        if found := _only_one(document, candidates):
            return found, False
        taken = taken or bool(candidates)
    earlier = sorted(link.begun_numbers - {document.number}) if link else []
    number_prop = document.document.lookups[0].prop
    for number in earlier:
        candidates = yield Find(document.entity, number_prop, number)
        if ours := [c for c in candidates if document.document.was_begun_as(number, c)]:
            return ours[0], False
    # Under the same number QuickBooks itself refuses a second one, of most kinds.
    refused = refuses_a_second(document)
    doubtful = earlier if refused else (link.begun_numbers if link else ())
    if doubtful and link and not (taken and refused):
        check_arrived(link, now)
    return None, taken


def may_still_arrive(link: EntityLink, now: datetime) -> bool:
    """Whether an earlier write of unknown outcome may still be committed."""
    return bool(link.begun_numbers and link.begun_at and now < link.begun_at + MAY_STILL_ARRIVE)


def check_arrived(link: EntityLink, now: datetime) -> None:
    """Raises DocumentBusy while an earlier write may still arrive."""
    if may_still_arrive(link, now):
        raise DocumentBusy("An earlier try may still arrive in QuickBooks.", code="earlier_try")


def refuses_a_second(document: Resolved) -> bool:
    """Whether QuickBooks itself keeps the number unique; names of lists always are."""
    return document.document.is_unique or isinstance(document.document, NameTranslation)


def check_untouched(document: Resolved, current: Entity) -> None:
    """Raises OutOfSync for what a person has ended in QuickBooks: our change must not bring it back to life."""
    number = document.number
    if document.document.is_voided(current):
        raise OutOfSync(
            f"{number} was voided in QuickBooks.",
            code="voided_in_quickbooks",
            hint="Leave it; or send it again by hand, if it shall count again with its amounts.",
        )
    if current.get("POStatus") == "Closed":
        raise OutOfSync(
            f"{number} was closed in QuickBooks, or is billed.",
            code="closed_in_quickbooks",
            hint="Change the bill in QuickBooks instead; or reopen the order there and send it again by hand.",
        )
    if current.get("Active") is False and document.document.is_active:
        raise OutOfSync(
            f"'{number}' was made inactive in QuickBooks.",
            code="inactive_in_quickbooks",
            hint="Leave it; or make it active again in QuickBooks, or send it again by hand, which does that.",
        )


def check_sku(document: Resolved, link: EntityLink) -> Asking[None]:
    """Raises DuplicateDocument where an item would get a SKU that another one has: QuickBooks keeps none unique.

    Asks only where the item does not have this SKU from us already.
    """
    sku = sku_of(document)
    if not sku or (link.sync_token and link.sku == sku):
        return
    found = yield Find(document.entity, _SKU, sku)
    if any(str(item["Id"]) != link.entity_id and item.get(_SKU) == sku for item in found):
        raise DuplicateDocument(
            f"Another item in QuickBooks has the SKU '{sku}' already.",
            code="sku_taken",
            hint="Match the product with that item by hand under Mappings, or change one of the two SKUs; "
            "then send it again.",
        )


def check_copy(document: Resolved) -> Asking[None]:
    """Raises DuplicateDocument for the copy of an order of which QuickBooks has a bill: it would be owed twice."""
    bill = document.document
    order_id = bill.copied_order(document.refs) if isinstance(bill, BillTranslation) else ""
    if not order_id:
        return
    try:
        order: Entity = yield Read("PurchaseOrder", order_id)
    except OutOfSync:
        return  # QuickBooks says so of the bill, whose lines are linked to the order
    if any(linked.get("TxnType") == "Bill" for linked in order.get("LinkedTxn", [])):
        raise DuplicateDocument(
            f"{order.get('DocNumber', 'The order')} is billed in QuickBooks already, at least in part.",
            code="order_billed",
            hint="If anything is left to bill, copy it to a bill in QuickBooks, or send a bill of the rest.",
        )


def sku_of(document: Resolved) -> str:
    """The SKU that it is found by; empty where it has none."""
    return next((value for prop, value in document.document.lookups if prop == _SKU), "")


def may_be_made_anew(document: Resolved, error: OutOfSync, *, by_hand: bool) -> bool:
    """Whether a person's wish is enough where nobody knew yet that the entity is gone.

    Not for vendors, customers and items: QuickBooks deletes none of them, so it became part of another one, and a
    person has to be told before there is a second.
    """
    return by_hand and error.code == DELETED and not isinstance(document.document, NameTranslation)


def deleted(number: str, intuit_tid: str | None = None) -> OutOfSync:
    """The error of a document whose entity is gone."""
    return OutOfSync(
        f"{number} was deleted or merged in QuickBooks.",
        code=DELETED,
        hint="Send it again by hand if it shall be created anew; or match it by hand to the one that is left.",
        intuit_tid=intuit_tid,
    )


def number_taken(number: str) -> DuplicateDocument:
    """The error of a document whose number or name belongs to something else."""
    return DuplicateDocument(f"'{number}' is already used in QuickBooks for something else.", code="number_taken")


def still_there(line_ids: Mapping[str, str], current: Entity) -> dict[str, str]:
    """Of our lines those that the entity still has."""
    known = {line.get("Id") for line in current.get("Line", [])}
    return {ours: theirs for ours, theirs in line_ids.items() if theirs in known}


def _only_one(document: Resolved, candidates: Sequence[Entity]) -> Entity | None:
    """The candidate that may be the document. Raises AmbiguousDocument: we do not guess."""
    possible = [c for c in candidates if document.may_be_ours(c)] if not document.document.is_unique else candidates
    possible = [c for c in candidates if document.document.is_ours(c)] or possible
    if len(possible) > 1:
        raise AmbiguousDocument(
            f"QuickBooks has {len(possible)} records that may be {document.number}; we do not guess which is meant."
        )
    return possible[0] if possible and document.may_be_ours(possible[0]) else None
