"""A month of documents against QuickBooks."""

from typing import TypedDict

from ledgerlink.domain.reconciliation import Reason


class CountAndTotal(TypedDict):
    """How many documents, and what they come to before sales tax."""

    count: int
    total: str


class ComparedTotals(TypedDict):
    """Both sides in one currency; ``difference`` is ours less QuickBooks'."""

    currency: str
    ours: CountAndTotal
    quickbooks: CountAndTotal
    difference: str


class ComparedDocument(TypedDict):
    """A document as we have it; without a date it has that of QuickBooks."""

    id: str
    number: str
    status: str
    date: str | None
    currency: str
    total: str


class ComparedTransaction(TypedDict):
    """The same as QuickBooks has it now."""

    entity: str
    id: str
    doc_number: str
    date: str | None
    currency: str
    total: str
    voided: bool
    url: str | None


class ExplainedDifference(TypedDict):
    """One document that counts differently, why, and by how much."""

    reason: Reason
    currency: str
    difference: str
    document: ComparedDocument
    quickbooks: ComparedTransaction | None


class ComparedKind(TypedDict):
    """One kind of document; the differences add up to those of the totals."""

    kind: str
    totals: list[ComparedTotals]
    differences: list[ExplainedDifference]


class NotFromUs(CountAndTotal):
    """What QuickBooks has in the month that none of our documents became."""

    entity: str
    currency: str


class Reconciliation(TypedDict):
    """A month of our documents against QuickBooks."""

    connection: str
    month: str
    kinds: list[ComparedKind]
    not_from_us: list[NotFromUs]
