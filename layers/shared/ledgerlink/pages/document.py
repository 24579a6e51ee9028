"""What a document contains, readable for people: facts, lines and totals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ledgerlink.domain.contents.parts import Address, Content, Party
from ledgerlink.domain.contents.purchases import Purchase
from ledgerlink.domain.contents.sales import SalesContent
from ledgerlink.domain.fields import Part
from ledgerlink.pages.figures import money, price, quantity
from ledgerlink.pages.times import day

_LABELS: Mapping[str, str] = {
    "status": "Status in your application",
    "class_name": "Class",
    "sku": "SKU",
    "email": "E-mail",
    "bill_date": "Date of the bill",
    "due_date": "Due",
    "expected_date": "Expected",
    "order_date": "Ordered",
    "invoice_date": "Date of the invoice",
    "ship_date": "Shipped",
    "shipped_date": "Shipped",
    "adjustment_date": "Date of the adjustment",
    "ship_to": "Ship to",
    "memo": "Message",
    "reference": "Internal reference",
    "account_number": "Our account with them",
    "quantity": "Quantity on hand",
}
"""Where a field's own name does not say it."""
_APART = frozenset({"lines", "costs", "discount", "shipping"})
"""What the table of lines has."""

_LAST = frozenset({"status", "instance"})
"""What every document has, and few people ask for."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the lines."""

    label: str
    of: Callable[[Any], str]
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a document, with those columns only that say something."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    totals: Sequence[tuple[str, str]]
    """Below the lines: costs, discount, shipping and what it comes to."""


def facts(content: Content) -> list[tuple[str, str]]:
    """What the host said of the document, apart from its lines; dates are marked up."""
    said = [name for name in type(content).model_fields if name in content.model_fields_set - _APART]
    said.sort(key=lambda name: name in _LAST)
    shown = ((_LABELS.get(name, name.replace("_", " ").capitalize()), _words(getattr(content, name))) for name in said)
    return [(label, words) for label, words in shown if words]


def lines(content: Content) -> Lines | None:
    """None for what has none, such as a supplier."""
    all_lines: Sequence[Part] | None = getattr(content, "lines", None)
    if all_lines is None:
        return None
    columns = [column for column in _COLUMNS if any(column.of(line) for line in all_lines)]
    rows = [[column.of(line) for column in columns] for line in all_lines]
    return Lines(columns, rows, list(_totals(content)))


def _totals(content: Content) -> Iterator[tuple[str, str]]:
    if isinstance(content, Purchase):
        for cost in content.costs:
            yield cost.name, money(cost.amount)
    elif isinstance(content, SalesContent):
        if content.discount:
            share = f" ({quantity(content.discount.percent)} %)" if content.discount.percent is not None else ""
            yield f"{content.discount.name or 'Discount'}{share}", money(-content.discount.off(content.goods))
        if content.shipping:
            yield content.shipping.name or "Shipping", money(content.shipping.amount)
    else:
        return
    yield "Total before sales tax", f"{money(content.total)} {content.currency or ''}".strip()


def _words(value: Any) -> str:
    """Text of any field; nothing for what is not there."""
    match value:
        case bool():
            return "Yes" if value else "No"
        case Decimal():
            return price(value)
        case date():
            return day(value)
        case Party():
            return "\n".join(filter(None, (value.name, value.email, value.phone, _words(value.address))))
        case Address():
            city = " ".join(filter(None, (value.postal_code, value.city)))
            return "\n".join(filter(None, (value.line1, value.line2, city, value.region, value.country)))
        case None:
            return ""
        case _:
            return str(value)


def _text(name: str) -> Callable[[Any], str]:
    return lambda line: _words(getattr(line, name, None))


def _figure(shown: Callable[[Decimal], str], *names: str) -> Callable[[Any], str]:
    """The first of the fields that the line has; 0 is nothing to say."""

    def figure(line: Any) -> str:
        found = next((value for name in names if (value := getattr(line, name, None))), None)
        return shown(found) if found else ""

    return figure


def _product(line: Any) -> str:
    return str(line.name or line.stock_code or line.product_id)


_COLUMNS = (
    Column("Product", _product),
    Column("SKU", lambda line: str(line.stock_code)),
    Column("Description", _text("description")),
    Column("Expense account", _text("expense_account")),
    Column("For", lambda line: line.customer.name if getattr(line, "customer", None) else ""),
    Column("Class", _text("class_name")),
    Column("Tax code", _text("tax_code")),
    Column("Service date", _text("service_date")),
    Column("Quantity", _figure(quantity, "quantity"), is_number=True),
    Column("Price", _figure(price, "unit_cost", "unit_price"), is_number=True),
    Column("Discount", _figure(money, "discount"), is_number=True),
    Column("Amount", lambda line: money(line.total) if hasattr(line, "total") else "", is_number=True),
)
