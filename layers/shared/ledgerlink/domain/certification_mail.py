"""The e-mails that say which orders await certification."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledgerlink.domain.certifications import Certification
from ledgerlink.domain.records import Record, RecordKey

LISTED = 20
"""Orders that one e-mail names; the others are counted."""
_WHERE = "open your application and there the integrations page.\n"


class MailUnavailable(Exception):
    """No e-mail can be sent for the moment; nothing was wrong with this one. Its text is a code."""


@dataclass(frozen=True, slots=True)
class OwedMail:
    """That one address has yet to hear of one order."""

    address_digest: str
    key: RecordKey
    asked: int
    """The order's ``asked`` that it is about."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one e-mail says."""

    subject: str
    text: str


def digest(address: str) -> str:
    """Stands for the address, so that it is kept in the tenant's choice alone."""
    return hashlib.sha256(address.encode()).hexdigest()[:16]


def is_answered(owed: OwedMail, certification: Certification | None) -> bool:
    """Whether nobody has to hear of it any more."""
    return certification is None or certification.answered >= owed.asked


def letter(awaiting: Sequence[Certification], orders: Mapping[RecordKey, Record]) -> Letter:
    """About one order or many, the longest first; ``orders`` has those that it may name."""
    if len(awaiting) == 1:
        return _about_one(awaiting[0])
    subject = f"{len(awaiting)} purchase orders await certification"
    named = "".join(f"- {_named(one, orders.get(one.key))}\n" for one in awaiting[:LISTED])
    more = f"- and {len(awaiting) - LISTED} more\n" if len(awaiting) > LISTED else ""
    return Letter(
        subject,
        f"{len(awaiting)} purchase orders came in from QuickBooks with organic goods:\n\n{named}{more}\n"
        f"Please add lot number and expiration date of each line: {_WHERE}",
    )


def _about_one(certification: Certification) -> Letter:
    count = len(certification.awaiting_lines)
    lines = "1 line" if count == 1 else f"{count} lines"
    order = f"Purchase order {_one_line(certification.number)}".rstrip()
    return Letter(
        f"{order} awaits certification",
        f"{order} came in from QuickBooks with organic goods on {lines}.\n\n"
        f"Please add lot number and expiration date of each: {_WHERE}",
    )


def _named(certification: Certification, order: Record | None) -> str:
    form = order.normalised if order else {}
    known = [certification.number or "without a number", form.get("date"), (form.get("vendor") or {}).get("name")]
    return ", ".join(_one_line(text) for text in known if text)


def _one_line(text: str) -> str:
    """What QuickBooks has may hold line breaks, and a subject may not."""
    return " ".join(text.split())
