"""Organic goods: what counts as such, and what was certified."""

from typing import Any, Literal, TypedDict

from ledgerlink.api.answers.history import Actor
from ledgerlink.api.answers.records import OrganicWord, RecordNames


class Certificate(TypedDict):
    """What a person entered for a line."""

    lot_number: str
    expiration_date: str
    certified_by: str
    certified_at: str
    entered_by: Actor


class CertifiedLine(TypedDict):
    """A line that is organic, or was certified."""

    id: str
    sku: str | None
    name: str | None
    description: str | None
    quantity: Any
    fingerprint: str | None
    organic: list[OrganicWord]
    awaits: bool
    certificate: Certificate | None
    earlier: list[Certificate]


class CertificationState(RecordNames):
    """An order with the lines that need lot number and expiration date."""

    number: str
    date: str | None
    vendor: Any
    state: str
    since: str
    lines: list[CertifiedLine]


class Keywords(TypedDict):
    """What counts as organic, who hears of it, and whether all records have been judged by it yet."""

    keywords: list[str]
    emails: list[str]
    revision: int
    updated_at: str | None
    evaluation: Literal["running", "done"]
