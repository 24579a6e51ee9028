"""The one shape of errors."""

from typing import NotRequired, TypedDict


class WrongField(TypedDict):
    """One wrong field of a request: ``lines[3].quantity``."""

    field: str
    problem: str


class ErrorDetail(TypedDict):
    """What happened, and what to do next; ``code`` is for programs and stays stable."""

    category: str
    code: str
    message: str
    hint: str
    intuit_tid: NotRequired[str]
    fields: NotRequired[list[WrongField]]


class Error(TypedDict):
    """The one error shape."""

    error: ErrorDetail
