"""Lines of what is sold: items, shipping, the discount."""

from collections.abc import Iterator
from decimal import Decimal

from ledgerlink.domain.bodies.sales import DiscountDetail, SalesItemDetail, SalesLine
from ledgerlink.domain.contents.parts import key_without_id
from ledgerlink.domain.contents.sales import Discount, SalesContent, Shipping, SoldLine
from ledgerlink.domain.references import Product, References
from ledgerlink.domain.to_quickbooks.parts import ref
from ledgerlink.domain.to_quickbooks.transactions import line_key

_SHIPPING = "Shipping"
SHIPPING = Product(key=key_without_id("", _SHIPPING), name=_SHIPPING, is_service=True)
"""An item of its own: the shipping of QuickBooks' own sales forms has to be turned on first."""
SHIPPING_KEY, DISCOUNT_KEY = "shipping", "discount"
ONE = Decimal(1)


def keyed(form: SalesContent) -> Iterator[tuple[str, SoldLine | Shipping | Discount]]:
    """Each line with a key that stays the same when the document is sent again; QuickBooks puts the discount last."""
    for position, line in enumerate(form.lines):
        yield line_key(line.id, position), line
    if form.charged_shipping:
        yield SHIPPING_KEY, form.charged_shipping
    if form.discount:
        yield DISCOUNT_KEY, form.discount


def products_of(form: SalesContent) -> dict[str, Product]:
    """The products that the lines sell, by key; the first line of a product says what it is."""
    products = {
        line.product_key: Product(
            key=line.product_key,
            sku=line.stock_code,
            name=line.name,
            description=line.description,
            unit_price=line.unit_price,
        )
        for line in reversed(form.lines)
    }
    return products | ({SHIPPING.key: SHIPPING} if form.charged_shipping else {})


def tax_codes_of(form: SalesContent) -> dict[str, str]:
    """The tax code of each line that is taxed or could be, by its path; empty where it names none."""
    codes = {f"lines[{position}].tax_code": line.tax_code for position, line in enumerate(form.lines)}
    return codes | ({"shipping.tax_code": form.charged_shipping.tax_code} if form.charged_shipping else {})


def sales_line(
    part: SoldLine | Shipping | Discount, form: SalesContent, refs: References, class_name: str = ""
) -> SalesLine:
    """An item line, or the discount on all of them; ``class_name`` if an item line has no class itself."""
    match part:
        case SoldLine():
            return _sold_line(part, refs, part.class_name or class_name)
        case Shipping():
            return _shipping_line(part, refs, class_name)
        case Discount():
            return _discount_line(part, form)


def _sold_line(line: SoldLine, refs: References, class_name: str) -> SalesLine:
    detail: SalesItemDetail = {
        "ItemRef": ref(refs.items[line.product_key]),
        "Qty": line.quantity,
        "UnitPrice": line.net_price,
    }
    if line.service_date:
        detail["ServiceDate"] = line.service_date.isoformat()
    if class_name:
        detail["ClassRef"] = ref(refs.classes[class_name])
    if line.tax_code:
        detail["TaxCodeRef"] = ref(refs.tax_codes[line.tax_code])
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": line.total,
        "Description": line.description or line.name,
        "SalesItemLineDetail": detail,
    }


def _shipping_line(shipping: Shipping, refs: References, class_name: str) -> SalesLine:
    # The price says the whole amount, so that the line adds up by itself.
    detail: SalesItemDetail = {"ItemRef": ref(refs.items[SHIPPING.key]), "Qty": ONE, "UnitPrice": shipping.amount}
    if class_name:
        detail["ClassRef"] = ref(refs.classes[class_name])
    if shipping.tax_code:
        detail["TaxCodeRef"] = ref(refs.tax_codes[shipping.tax_code])
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": shipping.amount,
        "Description": shipping.name or SHIPPING.name,
        "SalesItemLineDetail": detail,
    }


def _discount_line(discount: Discount, form: SalesContent) -> SalesLine:
    line: SalesLine = {"DetailType": "DiscountLineDetail"}
    if discount.percent is not None and not form.charged_shipping:
        detail: DiscountDetail = {"PercentBased": True, "DiscountPercent": discount.percent}
    else:
        # In QuickBooks a percentage would be off the shipping as well.
        detail = {"PercentBased": False}
        line["Amount"] = discount.off(form.goods)
    line["DiscountLineDetail"] = detail
    if discount.name:
        line["Description"] = discount.name
    return line
