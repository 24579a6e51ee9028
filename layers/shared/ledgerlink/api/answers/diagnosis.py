"""Why nothing is showing up."""

from typing import TypedDict

from ledgerlink.api.answers.errors import ErrorDetail


class DiagnosisCheck(TypedDict):
    """One thing that was looked at, in the order in which things have to be right."""

    check: str
    ok: bool
    message: str
    hint: str
    error: ErrorDetail | None


class Diagnosis(TypedDict):
    """``problem`` is the first thing that is wrong, null when nothing is."""

    problem: DiagnosisCheck | None
    checks: list[DiagnosisCheck]
