"""Our documents of a month against what QuickBooks has of them.

Amounts are before sales tax: QuickBooks works out the tax itself, so that it is no difference.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledgerlink.domain import rows
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.months import Month
from ledgerlink.domain.normalise import state_of
from ledgerlink.domain.records import State
from ledgerlink.domain.rows import Row

COMPARED_KINDS = ("purchase-orders", "bills", "invoices", "shipments")
"""The kinds whose documents have a total in QuickBooks; adjustments of stock have none there."""
_NOTHING = Decimal(0)


class Reason(StrEnum):
    """Why a document counts differently on the two sides."""

    NOT_SENT = "not_sent"
    """QuickBooks does not have it, or not as it is now: it waits or is on its way."""
    FAILED = "failed"
    """QuickBooks does not have it, or not as it is now: sending it failed."""
    GONE = "gone_from_quickbooks"
    VOIDED = "voided_in_quickbooks"
    OTHER_TOTAL = "other_total"
    """It was sent as it is now, and comes to something else in QuickBooks."""
    OTHER_CURRENCY = "other_currency"
    DATED_ELSEWHERE = "dated_in_another_month_in_quickbooks"
    DATED_HERE = "dated_in_this_month_in_quickbooks"
    """Our document is dated in another month."""


type EntityKey = tuple[str, str]
"""``("Invoice", "130")``."""


@dataclass(frozen=True, slots=True)
class OurDocument:
    """A document as we have it."""

    key: DocumentKey
    number: str
    status: Status
    day: date | None
    """None: the day on which QuickBooks got it."""
    stored_on: date
    """Stands for ``day`` while QuickBooks does not have it."""
    currency: str
    total: Decimal
    entity: EntityKey | None = None
    """What it became in this company."""


@dataclass(frozen=True, slots=True)
class InQuickBooks:
    """A transaction as QuickBooks has it now."""

    entity: str
    entity_id: str
    number: str
    day: date | None
    currency: str
    total: Decimal
    is_voided: bool = False

    @property
    def key(self) -> EntityKey:
        return self.entity, self.entity_id


@dataclass(frozen=True, slots=True)
class Side:
    """How many documents there are, and what they come to."""

    count: int = 0
    total: Decimal = _NOTHING

    def plus(self, amount: Decimal | None) -> "Side":
        """With one more of this amount; None is none."""
        return self if amount is None else Side(self.count + 1, self.total + amount)


@dataclass(frozen=True, slots=True)
class Compared:
    """What one document adds to each side of the month, in one currency."""

    document: OurDocument
    found: InQuickBooks | None
    currency: str
    ours: Decimal | None
    """None: it is not counted on our side."""
    theirs: Decimal | None
    """None: QuickBooks does not have it in this month and currency."""
    reason: Reason | None
    """None where there is no difference."""

    @property
    def difference(self) -> Decimal:
        """By how much our side is more."""
        return (self.ours or _NOTHING) - (self.theirs or _NOTHING)


@dataclass(frozen=True, slots=True)
class Totals:
    """Both sides of one currency."""

    currency: str
    ours: Side = Side()
    theirs: Side = Side()

    @property
    def difference(self) -> Decimal:
        """By how much our side is more."""
        return self.ours.total - self.theirs.total

    def plus(self, one: Compared) -> "Totals":
        """With one more document."""
        return Totals(self.currency, self.ours.plus(one.ours), self.theirs.plus(one.theirs))


@dataclass(frozen=True, slots=True)
class ComparedKind:
    """One kind of document. The differences add up to those of the totals."""

    kind: str
    totals: Sequence[Totals]
    differences: Sequence[Compared]


@dataclass(frozen=True, slots=True)
class NotFromUs:
    """What QuickBooks has of an entity in the month that none of our documents became."""

    entity: str
    currency: str
    side: Side


@dataclass(frozen=True, slots=True)
class Comparison:
    """A month of one company."""

    kinds: Sequence[ComparedKind] = ()
    others: Sequence[NotFromUs] = ()


def transaction(entity: str, row: Row, home_currency: str) -> InQuickBooks:
    """A row of QuickBooks as far as it is compared."""
    tax = _amount(rows.part(row, "TxnTaxDetail"), "TotalTax")
    total = _amount(row, "TotalAmt")
    return InQuickBooks(
        entity=entity,
        entity_id=rows.text(row, "Id"),
        number=rows.text(row, "DocNumber"),
        day=rows.day(row, "TxnDate"),
        currency=rows.reference(row, "CurrencyRef") or home_currency,
        total=total - tax,
        is_voided=state_of(row) is State.VOIDED,
    )


def is_expected(document: OurDocument, month: Month) -> bool:
    """Whether we have the document in the month, as long as QuickBooks does not say otherwise."""
    return (document.day or document.stored_on) in month


def compare(
    month: Month, documents: Iterable[OurDocument], found: Mapping[EntityKey, InQuickBooks], kinds: Sequence[str] = ()
) -> Comparison:
    """``found`` are all transactions of the month, and those of other months that the month's documents became.

    ``kinds`` are shown even if the month has none of them.
    """
    by_kind: dict[str, _Kind] = {kind: _Kind() for kind in kinds}
    ours = set[EntityKey]()
    for document in documents:
        theirs = found.get(document.entity) if document.entity else None
        if theirs:
            ours.add(theirs.key)
        for one in _compared(document, theirs, month):
            by_kind.setdefault(document.key.kind, _Kind()).add(one)
    strangers = [one for one in found.values() if one.key not in ours and _is_in(one.day, month)]
    order = [kind for kind in COMPARED_KINDS if kind in by_kind]
    return Comparison([by_kind[kind].whole(kind) for kind in order], _others(strangers))


@dataclass(slots=True)
class _Kind:
    totals: dict[str, Totals] = field(default_factory=dict)
    differences: list[Compared] = field(default_factory=list)

    def add(self, one: Compared) -> None:
        self.totals[one.currency] = self.totals.get(one.currency, Totals(one.currency)).plus(one)
        if one.reason:
            self.differences.append(one)

    def whole(self, kind: str) -> ComparedKind:
        by_size = sorted(self.differences, key=lambda one: (one.currency, -abs(one.difference), one.document.number))
        return ComparedKind(kind, [self.totals[currency] for currency in sorted(self.totals)], by_size)


def _compared(document: OurDocument, found: InQuickBooks | None, month: Month) -> Iterator[Compared]:
    """One entry for each currency that the document adds to."""
    # A document without a date has the one that QuickBooks gave it.
    day = document.day or (found.day if found else document.stored_on)
    ours = document.total if _is_in(day, month) else None
    theirs = found.total if found and _is_in(found.day, month) else None
    if ours is None and theirs is None:
        return
    reason = _reason(document, found, ours, theirs)
    if found is None or found.currency == document.currency:
        yield Compared(document, found, document.currency, ours, theirs, reason)
        return
    if ours is not None:
        yield Compared(document, found, document.currency, ours, None, reason)
    if theirs is not None:
        yield Compared(document, found, found.currency, None, theirs, reason)


def _reason(
    document: OurDocument, found: InQuickBooks | None, ours: Decimal | None, theirs: Decimal | None
) -> Reason | None:
    if document.entity and found is None:
        return Reason.GONE
    if found is None:
        return _unsent(document)
    if found.is_voided and document.total:
        return Reason.VOIDED
    if document.status is not Status.SYNCED and (ours, document.currency) != (theirs, found.currency):
        return _unsent(document)
    if ours is None or theirs is None:
        return Reason.DATED_HERE if ours is None else Reason.DATED_ELSEWHERE
    if found.currency != document.currency:
        return Reason.OTHER_CURRENCY
    return Reason.OTHER_TOTAL if ours != theirs else None


def _unsent(document: OurDocument) -> Reason:
    return Reason.FAILED if document.status is Status.SYNC_FAILED else Reason.NOT_SENT


def _others(strangers: Iterable[InQuickBooks]) -> Sequence[NotFromUs]:
    sides: dict[tuple[str, str], Side] = {}
    for one in strangers:
        place = (one.entity, one.currency)
        sides[place] = sides.get(place, Side()).plus(one.total)
    return [NotFromUs(entity, currency, sides[entity, currency]) for entity, currency in sorted(sides)]


def _is_in(day: date | None, month: Month) -> bool:
    return day is not None and day in month


def _amount(row: Row, name: str) -> Decimal:
    value = row.get(name)
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else _NOTHING
