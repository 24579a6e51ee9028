"""A host's purchase order as the body of QuickBooks' PurchaseOrder.

Field meanings: Intuit, PurchaseOrder reference. Only fields that we own are sent;
an update is sparse, so what a bookkeeper adds in QuickBooks stays, except the
lines: QuickBooks replaces the Line array as a whole.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from ledgerlink.domain.bodies.parts import Address as AddressBody
from ledgerlink.domain.bodies.purchases import PurchaseLine, PurchaseOrderBody
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.purchase_orders import Address, Cost, Line, PurchaseOrder
from ledgerlink.errors import MissingConfiguration

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s.,;]+")


@dataclass(frozen=True, slots=True)
class References:
    """The QuickBooks ids of all that a purchase order names."""

    vendor_id: str
    accounts_payable_id: str
    purchases_account_id: str
    item_ids: Mapping[str, str]
    """Product key → Item id."""
    account_ids: Mapping[str, str]
    """Account code as the host writes it → Account id."""


_MARKER = "Ledgerlink purchase-orders/"


def marker(document_id: str) -> str:
    """What we leave in PrivateNote to recognise our own purchase order after a lost answer."""
    return _MARKER + document_id


def marked_documents(entity: Mapping[str, Any]) -> set[str]:
    """The ids of the documents whose marker the entity bears."""
    lines = str(entity.get("PrivateNote") or "").splitlines()
    return {line.removeprefix(_MARKER) for line in lines if line.startswith(_MARKER)}


def create_body(order: PurchaseOrder, document_id: str, refs: References, connection: Connection) -> PurchaseOrderBody:
    """The body of a create. Raises MissingConfiguration for a currency that the company cannot take."""
    return {**_header(order, document_id, refs, connection), "Line": [line for _, line in _lines(order, refs)]}


def update_body(
    order: PurchaseOrder,
    document_id: str,
    refs: References,
    connection: Connection,
    *,
    entity_id: str,
    sync_token: str,
    line_ids: Mapping[str, str],
) -> PurchaseOrderBody:
    """The body of a sparse update; lines that QuickBooks has already keep their Line.Id."""
    lines: list[PurchaseLine] = [
        {**line, "Id": line_ids[key]} if key in line_ids else line for key, line in _lines(order, refs)
    ]
    header = _header(order, document_id, refs, connection)
    return {"Id": entity_id, "SyncToken": sync_token, "sparse": True, **header, "Line": lines}


def line_ids_of(order: PurchaseOrder, entity: Mapping[str, Any]) -> dict[str, str]:
    """Our line keys → QuickBooks' Line.Id, from the answer to a write: lines come back in our order."""
    answered = [line["Id"] for line in entity.get("Line", []) if line.get("Id")]
    keys = [key for key, _ in _keyed(order)]
    return dict(zip(keys, answered, strict=True)) if len(keys) == len(answered) else {}


def _header(order: PurchaseOrder, document_id: str, refs: References, connection: Connection) -> PurchaseOrderBody:
    body: PurchaseOrderBody = {
        "DocNumber": order.doc_number,
        "VendorRef": {"value": refs.vendor_id},
        "APAccountRef": {"value": refs.accounts_payable_id},
        "Memo": order.memo,
        "PrivateNote": "\n".join(part for part in (order.reference, marker(document_id)) if part),
    }
    if order.order_date:
        body["TxnDate"] = order.order_date.isoformat()
    if order.due_date:
        body["DueDate"] = order.due_date.isoformat()
    if order.expected_date:
        body["ExpectedDate"] = order.expected_date.isoformat()
    if address := address_body(order.supplier.address):
        body["VendorAddr"] = address
    if address := address_body(order.ship_to):
        body["ShipAddr"] = address
    if email := usable_email(order.supplier.email):
        body["POEmail"] = {"Address": email}
    if connection.country not in ("", "US", "USA"):
        # Wanted outside the US (Intuit, PurchaseOrder reference); the host sends no tax codes.
        body["GlobalTaxCalculation"] = "NotApplicable"
    return body | _currency(order, connection)


def _currency(order: PurchaseOrder, connection: Connection) -> PurchaseOrderBody:
    if not order.currency:
        return {}
    if connection.home_currency and not connection.multicurrency:
        if order.currency != connection.home_currency:
            raise MissingConfiguration(
                f"The order is in {order.currency}, but the QuickBooks company only keeps {connection.home_currency}.",
                code="multicurrency_off",
                hint="Turn on multicurrency in QuickBooks and connect again, or send the order in its home currency.",
            )
        return {}
    currency: PurchaseOrderBody = {"CurrencyRef": {"value": order.currency}}
    if order.exchange_rate is not None and order.currency != connection.home_currency:
        currency["ExchangeRate"] = order.exchange_rate
    return currency


def _keyed(order: PurchaseOrder) -> Iterator[tuple[str, Line | Cost]]:
    """Each line and cost with a key that stays the same when the order is sent again."""
    for position, line in enumerate(order.lines):
        yield f"id {line.id}" if line.id else f"line {position}", line
    for position, cost in enumerate(order.costs):
        yield f"cost {position} {cost.name}"[:100], cost


def _lines(order: PurchaseOrder, refs: References) -> Iterator[tuple[str, PurchaseLine]]:
    for key, part in _keyed(order):
        if isinstance(part, Cost):
            yield key, _account_line(part.amount, part.name, _account(part.account, refs))
        elif part.expense_account:
            yield key, _account_line(part.total, _description(part), _account(part.expense_account, refs))
        else:
            yield key, _item_line(part, refs)


def _account(code: str, refs: References) -> str:
    return refs.account_ids[code] if code else refs.purchases_account_id


def _account_line(amount: Decimal, description: str, account_id: str) -> PurchaseLine:
    return {
        "DetailType": "AccountBasedExpenseLineDetail",
        "Amount": amount,
        "Description": description,
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account_id}},
    }


def _item_line(line: Line, refs: References) -> PurchaseLine:
    return {
        "DetailType": "ItemBasedExpenseLineDetail",
        "Amount": line.total,
        "Description": _description(line),
        "ItemBasedExpenseLineDetail": {
            "ItemRef": {"value": refs.item_ids[line.product_key]},
            "Qty": line.quantity,
            "UnitPrice": line.unit_cost,
        },
    }


def _description(line: Line) -> str:
    return line.description or line.name


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
