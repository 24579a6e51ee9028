"""QuickBooks' rows in our words: the same few fields for every entity, and every number a decimal as text.

The fields are described in docs/records.md.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledgerlink.domain.organic import Keywords, OrganicMatch, Where
from ledgerlink.domain.records import Normalised, State
from ledgerlink.domain.rows import Row, flag, part, reference, rows, text

_DETAILS = {
    "ItemBasedExpenseLineDetail": "item",
    "SalesItemLineDetail": "item",
    "AccountBasedExpenseLineDetail": "account",
    "DescriptionOnly": "text",
    "DiscountLineDetail": "discount",
    "GroupLineDetail": "group",
}
_SUBTOTAL = "SubTotalLineDetail"
_ADDRESS = {
    "line1": "Line1",
    "line2": "Line2",
    "line3": "Line3",
    "line4": "Line4",
    "line5": "Line5",
    "city": "City",
    "region": "CountrySubDivisionCode",
    "postal_code": "PostalCode",
    "country": "Country",
}
_VOIDED_NOTE = "voided"


@dataclass(frozen=True, slots=True)
class ItemTexts:
    """What an item says of the goods on a line."""

    name: str = ""
    full_name: str = ""
    sku: str = ""
    descriptions: tuple[str, ...] = ()


def normalise(entity: str, row: Row) -> dict[str, Any]:
    """What the row says in our words. Lines name their items as QuickBooks does: without a SKU."""
    return _FORMS[entity](row)


def items_named(document: Row) -> set[str]:
    """The ids of the items that its lines name, bundles and what is in them among those."""
    return {reference(*_item_on(line)) for line in _flat(document)} - {""}


def state_of(row: Row) -> State:
    """Active, inactive or voided; a voided document has no amount left and says so in its note."""
    if not flag(row, "Active", default=True):
        return State.INACTIVE
    if text(row, "PrivateNote").casefold().startswith(_VOIDED_NOTE) and decimal_text(row.get("TotalAmt")) == "0":
        return State.VOIDED
    return State.ACTIVE


def item_texts(item: Normalised) -> ItemTexts:
    """Of an item in our words."""
    return ItemTexts(
        name=item.get("name") or "",
        full_name=item.get("full_name") or "",
        sku=item.get("sku") or "",
        descriptions=tuple(
            dict.fromkeys(filter(None, (item.get("description"), item.get("purchase_description")))),
        ),
    )


def with_items(document: Normalised, items: Mapping[str, ItemTexts]) -> Normalised:
    """The document with SKU and name of the items that we know."""
    if "lines" not in document:
        return document
    return {**document, "lines": [_with_item(line, items.get(line["item_id"])) for line in document["lines"]]}


def find_organic(form: Normalised, items: Mapping[str, ItemTexts], keywords: Keywords) -> tuple[OrganicMatch, ...]:
    """Every keyword in the names and descriptions of items and lines, and where it stands."""
    if "lines" in form:
        return tuple(match for line in form["lines"] for match in _on_line(line, items, keywords))
    if "sku" in form:
        return tuple(_in_item(item_texts(form), keywords, None))
    return ()


def decimal_text(value: Any) -> str | None:
    """``101.75``: exactly, without an exponent or zeros at the end. None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > 40:
        return None
    return format(number.normalize(), "f") if number else "0"


def _purchase_order(row: Row) -> dict[str, Any]:
    return {
        **_document(row, "vendor", "VendorRef"),
        "status": text(row, "POStatus").lower() or None,
        "due_date": _text(row, "DueDate"),
        "expected_date": _text(row, "ExpectedDate"),
        "memo": _text(row, "Memo"),
        "ship_to": _address(row, "ShipAddr"),
    }


def _bill(row: Row) -> dict[str, Any]:
    return {**_document(row, "vendor", "VendorRef"), "due_date": _text(row, "DueDate")}


def _estimate(row: Row) -> dict[str, Any]:
    return {
        **_sale(row),
        "status": text(row, "TxnStatus").lower() or None,
        "expiration_date": _text(row, "ExpirationDate"),
    }


def _invoice(row: Row) -> dict[str, Any]:
    return {**_sale(row), "due_date": _text(row, "DueDate"), "ship_date": _text(row, "ShipDate")}


def _sales_receipt(row: Row) -> dict[str, Any]:
    return {**_sale(row), "ship_date": _text(row, "ShipDate")}


def _sale(row: Row) -> dict[str, Any]:
    return {
        **_document(row, "customer", "CustomerRef"),
        "memo": _text(part(row, "CustomerMemo"), "value"),
        "ship_to": _address(row, "ShipAddr"),
    }


def _document(row: Row, role: str, party: str) -> dict[str, Any]:
    return {
        "number": _text(row, "DocNumber"),
        "date": _text(row, "TxnDate"),
        role: _named(row, party),
        "currency": reference(row, "CurrencyRef") or None,
        "exchange_rate": decimal_text(row.get("ExchangeRate")),
        "total": decimal_text(row.get("TotalAmt")),
        "tax": decimal_text(part(row, "TxnTaxDetail").get("TotalTax")),
        "note": _text(row, "PrivateNote"),
        "linked": [{"entity": text(link, "TxnType"), "id": text(link, "TxnId")} for link in rows(row, "LinkedTxn")],
        "lines": [_line(number, line) for number, line in enumerate(_flat(row), start=1)],
    }


def _flat(row: Row) -> Iterator[Row]:
    """The lines, those of a bundle after it; without the subtotals that QuickBooks adds."""
    for line in rows(row, "Line"):
        if text(line, "DetailType") == _SUBTOTAL:
            continue
        yield line
        yield from _flat(part(line, "GroupLineDetail"))


def _line(number: int, line: Row) -> dict[str, Any]:
    detail, item = _item_on(line)
    return {
        "id": text(line, "Id") or f"n{number}",
        "kind": _DETAILS.get(text(line, "DetailType"), "other"),
        "item_id": reference(detail, item) or None,
        "sku": None,
        "name": _text(part(detail, item), "name"),
        "description": _text(line, "Description"),
        "quantity": decimal_text(detail.get("Qty", detail.get("Quantity"))),
        "unit_price": decimal_text(detail.get("UnitPrice")),
        "amount": decimal_text(line.get("Amount")),
        "account": _named(detail, "AccountRef"),
    }


def _item_on(line: Row) -> tuple[Row, str]:
    """The detail of the line, and what the reference to its item is called there."""
    detail_type = text(line, "DetailType")
    return part(line, detail_type), "GroupItemRef" if detail_type == "GroupLineDetail" else "ItemRef"


def _vendor(row: Row) -> dict[str, Any]:
    return _name(row)


def _customer(row: Row) -> dict[str, Any]:
    return {**_name(row), "parent_id": reference(row, "ParentRef") or None, "ship_to": _address(row, "ShipAddr")}


def _name(row: Row) -> dict[str, Any]:
    return {
        "name": _text(row, "DisplayName"),
        "company_name": _text(row, "CompanyName"),
        "email": _text(part(row, "PrimaryEmailAddr"), "Address"),
        "phone": _text(part(row, "PrimaryPhone"), "FreeFormNumber"),
        "currency": reference(row, "CurrencyRef") or None,
        "address": _address(row, "BillAddr"),
    }


def _item(row: Row) -> dict[str, Any]:
    return {
        "name": _text(row, "Name"),
        "full_name": _text(row, "FullyQualifiedName"),
        "sku": _text(row, "Sku"),
        "type": _text(row, "Type"),
        "description": _text(row, "Description"),
        "purchase_description": _text(row, "PurchaseDesc"),
        "price": decimal_text(row.get("UnitPrice")),
        "cost": decimal_text(row.get("PurchaseCost")),
        "parent_id": reference(row, "ParentRef") or None,
    }


_FORMS: Mapping[str, Callable[[Row], dict[str, Any]]] = {
    "PurchaseOrder": _purchase_order,
    "Bill": _bill,
    "Estimate": _estimate,
    "Invoice": _invoice,
    "SalesReceipt": _sales_receipt,
    "Vendor": _vendor,
    "Customer": _customer,
    "Item": _item,
}


def _text(row: Row, name: str) -> str | None:
    # QuickBooks cuts texts in the middle of a character, and half of one can be written nowhere.
    return text(row, name).encode(errors="replace").decode() or None


def _named(row: Row, name: str) -> dict[str, str | None] | None:
    entity_id = reference(row, name)
    return {"id": entity_id, "name": _text(part(row, name), "name")} if entity_id else None


def _address(row: Row, name: str) -> dict[str, str] | None:
    address = part(row, name)
    found = {ours: said for ours, theirs in _ADDRESS.items() if (said := _text(address, theirs))}
    return found or None


def _with_item(line: Mapping[str, Any], item: ItemTexts | None) -> Mapping[str, Any]:
    if item is None:
        return line
    return {**line, "sku": item.sku or None, "name": item.name or line["name"]}


def _on_line(line: Mapping[str, Any], items: Mapping[str, ItemTexts], keywords: Keywords) -> Iterator[OrganicMatch]:
    known = items.get(line["item_id"]) or ItemTexts(name=line["name"] or "")
    yield from _in_item(known, keywords, line["id"])
    for keyword in keywords.found_in(line["description"] or ""):
        yield OrganicMatch(keyword, Where.LINE_DESCRIPTION, line["id"])


def _in_item(item: ItemTexts, keywords: Keywords, line_id: str | None) -> Iterator[OrganicMatch]:
    texts = {Where.ITEM_NAME: (item.full_name or item.name,), Where.ITEM_DESCRIPTION: item.descriptions}
    for where, said in texts.items():
        for keyword in dict.fromkeys(keyword for words in said for keyword in keywords.found_in(words)):
            yield OrganicMatch(keyword, where, line_id)
