"""What sending a document would do."""

from typing import Any, Literal, TypedDict

from ledgerlink.api.answers.errors import ErrorDetail


class PreviewedReference(TypedDict):
    """One thing that the document names; ``body`` is what it would be created with."""

    kind: str
    host_id: str
    how: Literal["linked", "matched_by_hand", "found", "would_be_created"]
    entity: str
    quickbooks_id: str | None
    name: str
    body: dict[str, Any] | None


class PreviewedChange(TypedDict):
    """One field; a line is named by its Line.Id: ``Line[3].Amount``, ``Line[new 1]``."""

    path: str
    now: Any
    then: Any


class HeldBack(TypedDict):
    """What keeps the document from being sent by itself."""

    status: str
    reason: ErrorDetail | None


class Preview(TypedDict):
    """What sending the document now would do."""

    id: str
    kind: str
    entity: str | None
    action: Literal["create", "update", "reattach", "none"]
    quickbooks_id: str | None
    body: dict[str, Any] | None
    references: list[PreviewedReference]
    difference: list[PreviewedChange]
    notes: list[str]
    held: HeldBack | None
    problems: list[ErrorDetail]
