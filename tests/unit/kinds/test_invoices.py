"""An invoice in QuickBooks' words."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.connections import Features
from ledgerlink.domain.references import Product
from ledgerlink.domain.to_quickbooks.invoice import InvoiceTranslation, translate_invoice
from ledgerlink.domain.translation import Lookup
from ledgerlink.errors import DocumentRejected, InvalidRequest, MissingConfiguration, SyncError
from tests import canaries
from tests.unit.kinds.sales_samples import (
    REFS,
    context,
    created,
    customer_json,
    invoice,
    refused,
    sale_json,
    sold_json,
    updated,
)

DEFAULT_CUSTOMER = {"default_customer": {"quickbooks_id": "58", "name": "Counter sales"}}
CLASSES_PER_DOCUMENT = Features(classes_per_document=True)


def translated(company: dict[str, Any] | None = None, **changes: Any) -> InvoiceTranslation:
    return translate_invoice(invoice(**changes), context(**(company or {})))


def body(company: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return created(translated(company, **changes))


def refusal(company: dict[str, Any] | None = None, **changes: Any) -> SyncError:
    with pytest.raises(SyncError) as raised:
        translated(company, **changes)
    return raised.value


# header


def test_an_invoice_has_all_that_the_host_says() -> None:
    whole = body(
        invoice_date="2026-11-01",
        due_date="2026-12-01",
        terms="Net 30",
        email="billing@example.com",
        billing_address={"line1": "4581 Finch St."},
        ship_to={"line1": "Gate 4"},
        ship_date="2026-11-03",
        carrier="UPS",
        tracking_number="1Z 999",
        memo=canaries.MEMO,
        reference="SO-77",
        lines=[sold_json()],
    )

    assert whole == {
        "DocNumber": "1042",
        "CustomerRef": {"value": "71"},
        "TxnDate": "2026-11-01",
        "DueDate": "2026-12-01",
        "SalesTermRef": {"value": "3"},
        "BillEmail": {"Address": "billing@example.com"},
        "BillAddr": {"Line1": "4581 Finch St."},
        "ShipAddr": {"Line1": "Gate 4"},
        "ShipDate": "2026-11-03",
        "ShipMethodRef": {"value": "UPS", "name": "UPS"},
        "TrackingNum": "1Z 999",
        "CustomerMemo": {"value": canaries.MEMO},
        "PrivateNote": "SO-77\nLedgerlink invoices/d-1 822b33ad",
        "Line": [
            {
                "DetailType": "SalesItemLineDetail",
                "Amount": Decimal("2.50"),
                "Description": "Bolt M8",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "11"},
                    "Qty": Decimal(2),
                    "UnitPrice": Decimal("1.25"),
                },
            }
        ],
    }


def test_an_invoice_that_says_little_leaves_the_rest_to_quickbooks() -> None:
    whole = body(customer=customer_json(email=None))

    assert sorted(whole) == ["CustomerRef", "DocNumber", "Line", "PrivateNote", "TxnDate"]


def test_email_and_billing_address_are_the_customers_own_where_the_invoice_has_none() -> None:
    whole = body(customer=customer_json(email="amy@example.com", address={"city": "London"}))

    assert whole["BillEmail"] == {"Address": "amy@example.com"}
    assert whole["BillAddr"] == {"City": "London"}


def test_an_email_that_quickbooks_would_refuse_is_left_out() -> None:
    assert "BillEmail" not in body(email="nobody")


def test_the_number_follows_the_pattern_of_the_settings() -> None:
    patterned = {"settings": {"kinds": {"invoices": {"number_pattern": "INV-{number}"}}}}

    document = translated(patterned)

    assert created(document)["DocNumber"] == document.number == "INV-1042"
    assert document.lookups == (Lookup("DocNumber", "INV-1042"),)
    assert document.is_unique
    with pytest.raises(InvalidRequest):
        translated(patterned, number="1" * 18)


def test_all_that_is_named_is_wanted() -> None:
    wanted = translated(
        terms="Net 30",
        lines=[
            sold_json(description="Zinc", tax_code="TAX", **{"class": "North"}),
            sold_json(id="l2", description="Steel", unit_price=9),
        ],
        shipping={"amount": 5, "tax_code": "NON"},
    ).wanted()

    assert [party.name for party in wanted.customers.values()] == [canaries.SUPPLIER]
    assert wanted.products == {
        "sku:BOLT-8": Product(
            key="sku:BOLT-8", sku="BOLT-8", name="Bolt M8", description="Zinc", unit_price=Decimal("1.25")
        ),
        "name:Shipping": Product(key="name:Shipping", name="Shipping", is_service=True),
    }
    assert wanted.terms == {"Net 30"}
    assert wanted.classes == {"North"}
    assert wanted.tax_codes == {"TAX", "NON"}
    assert (wanted.roles, wanted.currency) == (frozenset(), None)


def test_an_invoice_for_nobody_goes_to_the_default_customer() -> None:
    document = translated({"settings": DEFAULT_CUSTOMER}, customer=None)

    assert document.wanted().customers == {}
    assert created(document)["CustomerRef"] == {"value": "58"}


def test_an_invoice_for_nobody_without_a_default_customer_is_missing_configuration() -> None:
    error = refusal(customer=None)

    assert isinstance(error, MissingConfiguration)
    assert error.code == "default_customer_missing"
    assert "settings" in error.hint


def test_the_documents_class_is_on_the_document() -> None:
    assert body({"features": CLASSES_PER_DOCUMENT}, **{"class": "North"})["ClassRef"] == {"value": "501"}


@pytest.mark.parametrize("features", [Features(), CLASSES_PER_DOCUMENT])
def test_a_class_that_the_company_does_not_track_is_missing_configuration(features: Features) -> None:
    error = refusal({"features": features}, lines=[sold_json(**{"class": "North"})])

    assert error.code == "class_tracking_off"


def test_a_date_in_closed_books_is_missing_configuration() -> None:
    closed = {"features": Features(books_closed_until=date(2026, 10, 31))}

    assert refusal(closed, invoice_date="2026-10-31").code == "books_closed"
    assert body(closed, invoice_date="2026-11-01")["TxnDate"] == "2026-11-01"


def test_currency_and_rate_are_sent_where_the_company_keeps_several() -> None:
    document = translated({"multicurrency": True}, currency="EUR", exchange_rate="1.08")

    assert document.wanted().currency == "EUR"
    assert created(document)["CurrencyRef"] == {"value": "EUR"}
    assert created(document)["ExchangeRate"] == Decimal("1.08")


def test_another_currency_than_the_companys_only_one_is_missing_configuration() -> None:
    assert refusal(currency="EUR").code == "multicurrency_off"


# lines


def test_a_line_has_description_service_date_class_and_tax_code() -> None:
    line = body(lines=[sold_json(description="Zinc", service_date="2026-11-02", tax_code="TAX", **{"class": "North"})])[
        "Line"
    ][0]

    assert line["Description"] == "Zinc"
    assert line["SalesItemLineDetail"] == {
        "ItemRef": {"value": "11"},
        "Qty": Decimal(2),
        "UnitPrice": Decimal("1.25"),
        "ServiceDate": "2026-11-02",
        "ClassRef": {"value": "501"},
        "TaxCodeRef": {"value": "TAX"},
    }


def test_the_amount_is_quantity_times_price_to_the_cent() -> None:
    assert body(lines=[sold_json(quantity=3, unit_price="0.335")])["Line"][0]["Amount"] == Decimal("1.01")


def test_a_discounted_line_has_the_price_after_the_discount() -> None:
    line = body(lines=[sold_json(quantity=3, unit_price=10, discount=5, amount=25)])["Line"][0]

    assert line["Amount"] == Decimal("25.00")
    assert line["SalesItemLineDetail"]["UnitPrice"] == Decimal("8.3333333")


def test_a_line_that_is_free_has_no_price() -> None:
    line = body(lines=[sold_json(discount="2.50")])["Line"][0]

    assert (line["Amount"], line["SalesItemLineDetail"]["UnitPrice"]) == (0, 0)


@given(
    quantity=st.decimals("0.00001", 10_000, places=5, allow_nan=False),
    price=st.decimals(0, 10_000, places=2, allow_nan=False),
    part=st.decimals(0, 1, places=2, allow_nan=False),
)
def test_price_times_quantity_is_always_the_amount(quantity: Decimal, price: Decimal, part: Decimal) -> None:
    discount = (quantity * price * part).quantize(Decimal("0.01"), rounding="ROUND_DOWN")

    line = body(lines=[sold_json(quantity=quantity, unit_price=str(price), discount=str(discount))])["Line"][0]

    detail = line["SalesItemLineDetail"]
    assert abs(detail["Qty"] * detail["UnitPrice"] - line["Amount"]) <= Decimal("0.005")


def test_shipping_is_a_line_with_an_item_of_its_own() -> None:
    line = body(shipping={"amount": "12.50", "name": "UPS Ground", "tax_code": "NON"})["Line"][2]

    assert line == {
        "DetailType": "SalesItemLineDetail",
        "Amount": Decimal("12.5"),
        "Description": "UPS Ground",
        "SalesItemLineDetail": {
            "ItemRef": {"value": "13"},
            "Qty": Decimal(1),
            "UnitPrice": Decimal("12.5"),
            "TaxCodeRef": {"value": "NON"},
        },
    }


def test_free_shipping_is_no_line_and_needs_no_item() -> None:
    document = translated(shipping={"amount": 0})

    assert len(created(document)["Line"]) == 2
    assert "name:Shipping" not in document.wanted().products


def test_an_amount_off_is_the_last_line() -> None:
    lines = body(discount={"amount": "1.50", "name": "Loyal customer"}, shipping={"amount": 5})["Line"]

    assert lines[-1] == {
        "DetailType": "DiscountLineDetail",
        "Amount": Decimal("1.5"),
        "Description": "Loyal customer",
        "DiscountLineDetail": {"PercentBased": False},
    }


def test_a_percentage_off_is_left_to_quickbooks() -> None:
    assert body(discount={"percent": "12.5"})["Line"][-1] == {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": Decimal("12.5")},
    }


def test_a_percentage_off_the_goods_is_an_amount_where_quickbooks_would_take_it_off_the_shipping_too() -> None:
    line = body(lines=[sold_json(quantity=10)], discount={"percent": 10}, shipping={"amount": 100})["Line"][-1]

    assert (line["Amount"], line["DiscountLineDetail"]) == (Decimal("1.25"), {"PercentBased": False})


# taxes


def test_abroad_all_lines_have_a_tax_code_or_none_has() -> None:
    british = {"country": "GB", "home_currency": "GBP"}
    taxed = [sold_json(tax_code="20% S")]

    assert body(british, lines=taxed)["GlobalTaxCalculation"] == "TaxExcluded"
    assert body(british)["GlobalTaxCalculation"] == "NotApplicable"
    error = refusal(british, lines=taxed, shipping={"amount": 5})
    assert isinstance(error, DocumentRejected)
    assert (error.code, error.fields) == (
        "tax_code_needed",
        [{"field": "shipping.tax_code", "problem": "is missing"}],
    )


def test_in_the_us_lines_are_taxed_or_not_and_nothing_else() -> None:
    assert "GlobalTaxCalculation" not in body(lines=[sold_json(tax_code="TAX"), sold_json(id="l2")])
    error = refusal(lines=[sold_json(tax_code="20% S"), sold_json(id="l2", tax_code="non")])
    assert isinstance(error, DocumentRejected)
    assert (error.code, error.fields) == (
        "tax_code_not_accepted",
        [{"field": "lines[0].tax_code", "problem": "is neither TAX nor NON"}],
    )


def test_while_the_country_is_not_known_any_tax_code_is_tried() -> None:
    assert body({"country": ""}, lines=[sold_json(tax_code="20% S"), sold_json(id="l2")])


# updates and answers


def test_an_update_keeps_the_ids_of_the_lines_that_quickbooks_has() -> None:
    document = translated(lines=[sold_json(), sold_json(id=None)], shipping={"amount": 5}, discount={"amount": 1})

    lines = updated(document, {"id l1": "7", "shipping": "9", "discount": "8"})["Line"]

    assert [line.get("Id") for line in lines] == ["7", None, "9", "8"]


def answer(*lines: tuple[str, str | None]) -> dict[str, Any]:
    return {"Line": [{"DetailType": kind, **({"Id": line_id} if line_id else {})} for kind, line_id in lines]}


ITEM, SUBTOTAL, DISCOUNT = "SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail"


@pytest.mark.parametrize(
    ("discount_id", "expected"),
    [
        ("4", {"id l1": "1", "line 1": "2", "shipping": "3", "discount": "4"}),
        (None, {"id l1": "1", "line 1": "2", "shipping": "3"}),
    ],
)
def test_line_ids_are_read_from_an_answer_with_a_subtotal(discount_id: str | None, expected: dict[str, str]) -> None:
    document = translated(lines=[sold_json(), sold_json(id=None)], shipping={"amount": 5}, discount={"amount": 1})

    answered = answer((ITEM, "1"), (ITEM, "2"), (ITEM, "3"), (SUBTOTAL, None), (DISCOUNT, discount_id))

    assert document.line_ids_of(answered) == expected


def test_lines_that_somebody_added_or_removed_in_quickbooks_leave_no_line_ids() -> None:
    assert translated(lines=[sold_json()]).line_ids_of(answer((ITEM, "1"), (ITEM, "2"), (SUBTOTAL, None))) == {}
    assert translated(lines=[sold_json()]).line_ids_of({}) == {}


def test_our_own_invoice_is_known_by_its_marker() -> None:
    document = translated()

    assert document.is_ours({"PrivateNote": "Ledgerlink invoices/d-1 822b33ad"})
    assert not document.is_ours({"PrivateNote": "Ledgerlink invoices/d-2 822b33ad"})
    assert not document.is_ours({"PrivateNote": "Ledgerlink shipments/d-1 822b33ad"})


@pytest.mark.parametrize(
    ("entity", "adopted"),
    [
        ({"CustomerRef": {"value": "71"}}, True),
        ({"CustomerRef": {"value": "72"}}, False),
        ({}, False),
        ({"CustomerRef": {"value": "71"}, "PrivateNote": "Ledgerlink invoices/d-2 822b33ad"}, False),
    ],
)
def test_an_invoice_of_the_same_customer_that_is_no_other_documents_is_adopted(
    entity: dict[str, Any], adopted: bool
) -> None:
    assert translated().may_be_adopted(entity, REFS) is adopted


# the border


@pytest.mark.parametrize("name", ["quantity", "unit_price", "discount"])
def test_returns_and_credits_are_refused_with_the_way_out(name: str) -> None:
    problem = refused("invoices", sale_json(lines=[sold_json(**{name: -1})]))[0]

    assert problem["field"] == f"lines[0].{name}"
    assert "credit memo" in problem["problem"]


@pytest.mark.parametrize("price", ["-0.01", " -5"])
def test_negative_prices_are_refused_as_text_as_well(price: str) -> None:
    assert "credit memo" in refused("invoices", sale_json(lines=[sold_json(unit_price=price)]))[0]["problem"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": []}, ""),
        ({"lines": [], "shipping": {"amount": 0}}, ""),
        ({"lines": [], "discount": {"percent": 10}}, ""),
        ({"discount": {"amount": 4}}, ""),
        ({"discount": {}}, "discount"),
        ({"discount": {"amount": 1, "percent": 1}}, "discount"),
        ({"discount": {"percent": 101}}, "discount.percent"),
        ({"discount": {"amount": 0}}, "discount.amount"),
        ({"shipping": {"amount": -1}}, "shipping.amount"),
        ({"shipping": {"amount": 10**10}}, "shipping.amount"),
        ({"lines": [sold_json(quantity=0)]}, "lines[0].quantity"),
        ({"lines": [sold_json(amount="2.51")]}, "lines[0]"),
        ({"lines": [sold_json(discount="2.51")]}, "lines[0]"),
        ({"lines": [sold_json(sku=None, name=None)]}, "lines[0]"),
        ({"lines": [sold_json(quantity=10**9, unit_price="99999999999")]}, "lines[0]"),
        ({"lines": [sold_json(quantity=10**9, unit_price="0.01", discount="0.01")]}, "lines[0]"),
        ({"lines": [sold_json(), sold_json()]}, ""),
        ({"lines": [sold_json(currency="EUR")]}, ""),
        ({"memo": "m" * 1001}, "memo"),
        ({"number": "1" * 22}, "number"),
        ({"shipped_date": "2026-11-01"}, "shipped_date"),
        ({"customer": {"name": "Amy's"}}, "customer.id"),
    ],
)
def test_what_quickbooks_would_refuse_is_refused_here(changes: dict[str, Any], field: str) -> None:
    assert refused("invoices", sale_json(**changes))[0]["field"] == field


def test_an_invoice_of_shipping_alone_is_taken() -> None:
    assert len(body(lines=[], shipping={"amount": 5})["Line"]) == 1


def test_lists_show_number_and_customer() -> None:
    assert invoice().tags == {"number": "1042", "customer": canaries.SUPPLIER}
    assert invoice(customer=None).tags == {"number": "1042"}
