"""Orders and the certificates of their lines, as a page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledgerlink.api.record_shapes import certification_shape
from ledgerlink.api.shapes import LinkTo
from ledgerlink.errors import SyncError
from ledgerlink.usecases.certification.read_certifications import CertifiedOrder

PASSED = "expiration_date_passed"
WHERE: Mapping[str, str] = {
    "item_name": "the product's name",
    "item_description": "the product's description",
    "line_description": "the line's description",
}
"""Where a keyword was found."""
_FIELDS: Mapping[str, str] = {
    "lot_number": "Enter the lot number, with at most 60 characters.",
    "expiration_date": "Enter the expiration date.",
    "certified_by": "Enter who certifies it, with at most 60 characters.",
}
_CODES: Mapping[str, tuple[str, str]] = {
    PASSED: ("The expiration date has passed.", "Correct it, or tick the box if it is meant."),
    "line_changed": (
        "The line has changed since it was shown: its product, description or quantity is another one by now.",
        "Nothing was saved. Look at the line as it is now, and certify it again.",
    ),
    "no_such_line": ("The order has no such organic line any more.", "Nothing was saved, and nothing has to be done."),
    "certification_withdrawn": (
        "The order no longer needs a certificate.",
        "Nothing was saved, and nothing has to be done.",
    ),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """What a person entered for one line, and why it was not taken."""

    record: str
    line: str
    entered: Mapping[str, str] = field(repr=False)
    error: SyncError

    @property
    def problem(self) -> dict[str, Any]:
        """In the words of the page."""
        if self.error.code in _CODES:
            message, hint = _CODES[self.error.code]
            return {"message": message, "hint": hint}
        wrong = [_FIELDS[found["field"]] for found in self.error.fields if found["field"] in _FIELDS]
        return {"message": " ".join(wrong), "hint": ""} if wrong else self.error.to_dict()


def certificate_of(form: Mapping[str, str]) -> dict[str, Any]:
    """What a person entered, as the API takes it."""
    given = {name: form[name] for name in (*_FIELDS, "fingerprint") if form.get(name)}
    return {**given, "confirm_past_date": "confirm_past_date" in form}


def order_rows(
    orders: Sequence[CertifiedOrder], refused: Refused | None, today: date, link_to: LinkTo
) -> list[dict[str, Any]]:
    """The orders with their lines, each with what belongs into its form."""
    rows = []
    for certification, order in orders:
        row = certification_shape(certification, order, link_to)
        lines = [_line(line, _refusal(refused, row, line), today) for line in row["lines"]]
        rows.append({**row, "vendor": (row["vendor"] or {}).get("name") or "", "lines": lines})
    return rows


def found_where(matches: Sequence[Mapping[str, Any]]) -> list[str]:
    """``“organic” in the product's name and the line's description``, keywords of the same texts together."""
    places: dict[str, list[str]] = {}
    for match in matches:
        places.setdefault(match["keyword"], []).append(WHERE[match["where"]])
    keywords: dict[str, list[str]] = {}
    for keyword, texts in places.items():
        keywords.setdefault(" and ".join(texts), []).append(f"“{keyword}”")
    return [f"{' and '.join(words)} in {texts}" for texts, words in keywords.items()]


def shows_refusal(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the form that was refused is among them."""
    return any(line["refused"] for row in rows for line in row["lines"])


def _refusal(refused: Refused | None, order: Mapping[str, Any], line: Mapping[str, Any]) -> Refused | None:
    is_this = refused and (refused.record, refused.line) == (order["record"], line["id"])
    return refused if is_this and line["organic"] else None


def _line(line: Mapping[str, Any], refused: Refused | None, today: date) -> dict[str, Any]:
    """A line whose text says what it is, with what was entered or is to be corrected."""
    certificate = line["certificate"]
    names = [line["name"] or line["description"] or "A line that is no longer in the order", line["sku"]]
    return {
        **line,
        "title": " · ".join(name for name in names if name),
        "text": line["description"] if line["name"] and line["description"] != line["name"] else "",
        "found": found_where(line["organic"]),
        "entered": refused.entered if refused else {} if line["awaits"] else certificate or {},
        "refused": refused is not None,
        "problem": refused.problem if refused else None,
        "asks_about_date": refused is not None and refused.error.code == PASSED,
        "has_expired": certificate is not None and certificate["expiration_date"] < today.isoformat(),
    }
