"""Entities that were polled."""

from typing import Any, TypedDict


class PolledDocument(TypedDict):
    """The host's document that the record was made of."""

    kind: str
    id: str


class RecordNames(TypedDict):
    """What tells a polled entity apart."""

    record: str
    connection_id: str
    entity: str
    id: str
    url: str | None


class OrganicWord(TypedDict):
    """Which keyword was found where."""

    keyword: str
    where: str


class OrganicLine(OrganicWord):
    """Which keyword was found where on which line."""

    line: str | None


class PolledRecord(RecordNames):
    """An entity as QuickBooks had it when it was read last."""

    state: str
    sync_token: str | None
    last_updated_time: str | None
    deleted_at: str | None
    changed_at: str | None
    document: PolledDocument | None
    organic: list[OrganicLine]
    normalised: dict[str, Any]
    quickbooks: dict[str, Any] | None


class RecordPage(TypedDict):
    """Records in the order of their changes; ``next`` goes on as ``since``, and with ``more`` right now."""

    items: list[PolledRecord]
    next: str | None
    more: bool
