"""What the bodies of several entities have in common."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from ledgerlink.domain.bodies.parts import Address as AddressBody
from ledgerlink.domain.bodies.parts import Ref
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.contents.parts import DOC_NUMBER_MAX, Address
from ledgerlink.domain.translation import Context
from ledgerlink.errors import DocumentRejected, InvalidRequest, MissingConfiguration

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s.,;]+")
_MARKER = "Ledgerlink "
_NOTE_MAX = 4000


def doc_number(pattern: str, number: str) -> str:
    """The number that the bookkeeper sees in QuickBooks. Raises InvalidRequest when it has more than 21 characters."""
    whole = pattern.replace("{number}", number)
    if len(whole) > DOC_NUMBER_MAX:
        raise InvalidRequest(
            f"With the number pattern '{pattern}' the number has {len(whole)} characters; QuickBooks takes 21.",
            code="number_too_long",
            hint="Shorten the number, or the number pattern in the settings.",
            fields=[{"field": "number", "problem": f"has at most {DOC_NUMBER_MAX - len(pattern) + 8} characters"}],
        )
    return whole


def mark_of(kind: str, context: Context) -> str:
    """What our marker names: the document, and by a digest the tenant.

    Tenants number their documents alike, and a company may be let go of by one and connected by another.
    """
    tenant = hashlib.sha256(context.connection.tenant_id.encode()).hexdigest()[:8]
    return f"{kind}/{context.document_id} {tenant}"


def private_note(reference: str, kind: str, context: Context, memo: str = "") -> str:
    """The host's reference, a memo as far as it fits, and our marker, by which we recognise our own."""
    marker = _MARKER + mark_of(kind, context)
    texts = "\n".join(_without_markers(text) for text in (reference, memo) if text)
    return "\n".join(part for part in (texts[: _NOTE_MAX - len(marker) - 1].rstrip(), marker) if part)


def _without_markers(text: str) -> str:
    """What only looks like a marker, such as a note that was copied from QuickBooks, is none."""
    return "\n".join(f" {line}" if line.startswith(_MARKER) else line for line in text.splitlines())


def marks_in(entity: Mapping[str, Any]) -> set[str]:
    """What the markers name that the entity bears."""
    lines = str(entity.get("PrivateNote") or "").splitlines()
    return {line.removeprefix(_MARKER) for line in lines if line.startswith(_MARKER) and "/" in line}


def usable_email(email: str) -> str:
    """The address if QuickBooks would take it (error 2210 otherwise), else nothing."""
    return email if _EMAIL.fullmatch(email) else ""


def address_body(address: Address | None) -> AddressBody:
    """A PhysicalAddress of the parts that are there; empty when none is."""
    if address is None:
        return {}
    parts = {
        "Line1": address.line1,
        "Line2": address.line2,
        "City": address.city,
        "CountrySubDivisionCode": address.region,
        "PostalCode": address.postal_code,
        "Country": address.country,
    }
    return cast(AddressBody, {name: value for name, value in parts.items() if value})


def ref(entity_id: str) -> Ref:
    """A reference."""
    return {"value": entity_id}


def foreign_currency(currency: str | None, connection: Connection) -> str | None:
    """The document's currency where the company keeps several, else None.

    Raises MissingConfiguration for a currency that the company cannot take.
    """
    if not currency:
        return None
    if connection.home_currency and not connection.multicurrency:
        if currency != connection.home_currency:
            raise MissingConfiguration(
                f"The document is in {currency}, but the QuickBooks company only keeps {connection.home_currency}.",
                code="multicurrency_off",
                hint="Turn on multicurrency in QuickBooks, or send the document in its home currency.",
            )
        return None
    return currency


def currency_body(currency: str | None, exchange_rate: Decimal | None, connection: Connection) -> dict[str, Any]:
    """CurrencyRef and ExchangeRate where the company keeps several currencies: there QuickBooks wants one named."""
    home = connection.home_currency if connection.multicurrency else ""
    known = foreign_currency(currency, connection) or home
    if not known:
        return {}
    body: dict[str, Any] = {"CurrencyRef": ref(known)}
    if exchange_rate is not None and known != connection.home_currency:
        body["ExchangeRate"] = exchange_rate
    return body


def check_classes(connection: Connection, *, on_document: bool, on_lines: bool) -> None:
    """Raises MissingConfiguration where the company does not track classes as the document uses them."""
    if on_document and not connection.features.classes_per_document:
        # QuickBooks tracks either one class a document or one a line.
        raise _no_classes("one class for the whole document")
    if on_lines and not connection.features.classes_per_line:
        raise _no_classes("a class on each line")


def _no_classes(what: str) -> MissingConfiguration:
    return MissingConfiguration(
        f"The document has a class, but the QuickBooks company does not track {what}.",
        code="class_tracking_off",
        hint="Turn it on in QuickBooks under Account and settings, Advanced, Categories; or send no class.",
    )


def is_in_us(connection: Connection) -> bool:
    """Whether US rules for taxes hold; so they do while the country is not known."""
    return connection.country in ("", "US", "USA")


def tax_calculation(connection: Connection, *, taxed: bool) -> dict[str, Any]:
    """GlobalTaxCalculation: wanted outside the US and meaningless there (Intuit, entity references)."""
    if is_in_us(connection):
        return {}
    return {"GlobalTaxCalculation": "TaxExcluded" if taxed else "NotApplicable"}


def check_books(context: Context, day: date | None) -> None:
    """Raises DocumentRejected for a date in closed books (QuickBooks would refuse it with 6200 or 6210).

    What has no date is created today, and stays on its day after that.
    """
    closed = context.connection.features.books_closed_until
    day = day or (None if context.became else context.today)
    if closed and day and day <= closed:
        raise DocumentRejected(
            f"The document is dated {day.isoformat()}, and the books are closed until {closed.isoformat()}.",
            code="books_closed",
            hint="Change the date, or let an administrator reopen the books in QuickBooks.",
        )
