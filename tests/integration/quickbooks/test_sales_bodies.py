"""The bodies of customers, products, invoices and shipments, sent to the simulator and read back."""

from decimal import Decimal
from typing import Any

import pytest
import requests

from ledgerlink.domain.connections import Features
from ledgerlink.domain.references import References
from ledgerlink.domain.roles import Role
from ledgerlink.domain.to_quickbooks.customer import translate_customer
from ledgerlink.domain.to_quickbooks.invoice import translate_invoice
from ledgerlink.domain.to_quickbooks.item import item_for, translate_product
from ledgerlink.domain.to_quickbooks.sales_lines import SHIPPING
from ledgerlink.domain.to_quickbooks.sales_receipt import translate_shipment
from ledgerlink.domain.translation import Context, Translation
from ledgerlink.quickbooks.client import Company
from ledgerlink.quickbooks.queries import Select
from tests.integration.quickbooks.conftest import Control
from tests.unit.kinds.sales_samples import TODAY, customer, invoice, product, shipment, sold_json
from tests.unit.kinds.sales_samples import company as connection_to

CURRENCIES = {"US": "USD", "GB": "GBP"}
TAX_CODES = {"US": "TAX", "GB": "20.0% S"}
RECEIPTS = {"kinds": {"shipments": {"entity": "SalesReceipt"}}}


@pytest.fixture(params=CURRENCIES)
def country(request):
    return request.param


@pytest.fixture
def realm_id(control, country):
    return control.new_company(
        name="Acme Books",
        plan="Plus",
        country=country,
        currency=CURRENCIES[country],
        counts={"vendors": 1, "customers": 1, "items": 1},
        preferences={"AccountingInfoPrefs": {"ClassTrackingPerTxnLine": True}},
    )


def context(country: str, document_id: str = "d-1", **changes: Any) -> Context:
    facts = {"country": country, "home_currency": CURRENCIES[country], **changes}
    return Context(document_id=document_id, connection=connection_to(**facts), today=TODAY)


def first(company: Company, entity: str, **having: str) -> str:
    select = Select(entity)
    for name, value in having.items():
        select = select.where(name, "=", value)
    return str(company.query(select.order_by("Id").page(1, 1))[0]["Id"])


def create(company: Company, document: Translation, refs: References, request_id: str) -> dict[str, Any]:
    answer = company.create(document.entity, document.create_body(refs), request_id)
    return company.read(document.entity, answer["Id"])


def update(company: Company, document: Translation, refs: References, entity: dict[str, Any]) -> dict[str, Any]:
    body = document.update_body(
        refs,
        entity_id=entity["Id"],
        sync_token=entity["SyncToken"],
        line_ids=document.line_ids_of(entity),
    )
    company.update(document.entity, body, f"update-{document.entity}-{entity['Id']}-{entity['SyncToken']}")
    return company.read(document.entity, entity["Id"])


@pytest.fixture
def roles(company) -> dict[Role, str]:
    return {
        Role.SALES_INCOME: first(company, "Account", AccountSubType="SalesOfProductIncome"),
        Role.COST_OF_GOODS_SOLD: first(company, "Account", AccountType="Cost of Goods Sold"),
        Role.INVENTORY_PURCHASES: first(company, "Account", AccountSubType="Inventory"),
        Role.DEPOSIT_TO: first(company, "Account", AccountType="Bank"),
    }


@pytest.fixture
def refs(company, country, roles) -> References:
    """All that the sales of this file name, created by our own bodies."""
    lists = References(roles=roles, terms={"Net 30": first(company, "Term", Name="Net 30")})
    here = context(country)
    bought = create(company, translate_product(product(quantity=100, start_date="2026-01-01"), here), lists, "bolt")
    shipping = create(company, item_for(SHIPPING, here), lists, "shipping")
    buyer = create(company, translate_customer(customer(terms="Net 30"), here), lists, "customer")
    code = TAX_CODES[country]
    return References(
        customers={"c-1": buyer["Id"]},
        items={"sku:BOLT-8": bought["Id"], SHIPPING.key: shipping["Id"]},
        roles=roles,
        classes={"Wholesale": first(company, "Class", Name="Wholesale")},
        terms=lists.terms,
        tax_codes={code: first(company, "TaxCode", Name=code)},
    )


def test_a_customer_is_created_changed_and_made_inactive(company, country, roles):
    refs = References(terms={"Net 30": first(company, "Term", Name="Net 30")})
    whole = customer(
        name="Zora: Sons",
        company_name="Zora & Sons",
        first_name="Zora",
        last_name="Neale",
        email="zora@example.com",
        phone="555-0100",
        website="https://zora.example.com",
        billing_address={"line1": "1 Eatonville Rd", "city": "Maitland", "country": "US"},
        shipping_address={"line1": "Gate 4"},
        terms="Net 30",
        notes="Rings first",
        taxable=False,
        currency=CURRENCIES[country],
    )

    made = create(company, translate_customer(whole, context(country)), refs, "r1")
    changed = update(company, translate_customer(customer(name="Zora", active=False), context(country)), refs, made)

    assert made["DisplayName"] == "Zora- Sons"
    assert made["SalesTermRef"]["value"] == refs.terms["Net 30"]
    assert made["ShipAddr"]["Line1"] == "Gate 4"
    assert not changed["Active"]
    assert (changed["Notes"], changed["PrimaryPhone"]) == ("Rings first", {"FreeFormNumber": "555-0100"})


def test_an_inventory_item_is_created_with_its_stock_and_keeps_it_when_it_is_changed(company, country, roles):
    refs = References(roles=roles)
    whole = product(quantity=40, start_date="2026-01-31", unit_cost="0.3355", unit_price="1.25", description="Zinc")
    changed = product(name="Bolt M8 x 40", quantity=7, start_date="2026-05-01", unit_price="1.30")

    made = create(company, translate_product(whole, context(country)), refs, "r1")
    after = update(company, translate_product(changed, context(country)), refs, made)

    assert (made["Type"], made["Sku"], made["QtyOnHand"], made["InvStartDate"]) == (
        "Inventory",
        "BOLT-8",
        Decimal(40),
        "2026-01-31",
    )
    assert (after["Name"], after["UnitPrice"], after["QtyOnHand"]) == ("Bolt M8 x 40", Decimal("1.30"), Decimal(40))
    assert after["Description"] == "Zinc"


@pytest.mark.parametrize(("plan", "expected"), [("Plus", "Inventory"), ("Essentials", "NonInventory")])
def test_every_plan_takes_the_item_that_is_made_for_it(control, company, country, realm_id, roles, plan, expected):
    _change_plan(control, realm_id, plan)
    document = translate_product(product(), context(country, features=Features(has_inventory=plan == "Plus")))

    made = create(company, document, References(roles=roles), "r1")

    assert made["Type"] == expected


def _change_plan(control: Control, realm_id: str, plan: str) -> None:
    answer = requests.patch(f"{control.url}/simulator/companies/{realm_id}", json={"plan": plan}, timeout=10)
    assert answer.status_code == 200, answer.text


def sale(country: str, **changes: Any) -> dict[str, Any]:
    code = TAX_CODES[country]
    line = sold_json(quantity=3, unit_price=10, discount=5, tax_code=code, service_date="2026-11-02")
    return {
        "number": "S-1042",
        "terms": "Net 30",
        "due_date": "2026-12-03",
        "carrier": "UPS",
        "tracking_number": "1Z 999",
        "memo": "Thank you",
        "reference": "SO-77",
        "ship_to": {"line1": "Gate 4"},
        "lines": [line | {"class": "Wholesale"}, sold_json(id=None, unit_price=100, tax_code=code)],
        "discount": {"percent": 10, "name": "Loyal customer"},
        "shipping": {"amount": "12.50", "name": "UPS Ground", "tax_code": code},
        **changes,
    }


def test_an_invoice_comes_back_as_it_was_sent_with_the_hosts_total(company, country, refs):
    document = translate_invoice(invoice(**sale(country), invoice_date="2026-11-03"), context(country))

    made = create(company, document, refs, "r1")

    net = made["TotalAmt"] - made["TxnTaxDetail"]["TotalTax"]
    assert net == Decimal("25") + Decimal("200") - Decimal("22.50") + Decimal("12.50")
    assert (made["DocNumber"], made["CustomerRef"]["value"]) == ("S-1042", refs.customers["c-1"])
    assert (made["DueDate"], made["TrackingNum"], made["ShipMethodRef"]["value"]) == ("2026-12-03", "1Z 999", "UPS")
    assert made["CustomerMemo"] == {"value": "Thank you"}
    assert made["ShipAddr"]["Line1"] == "Gate 4"
    assert document.is_ours(made)
    assert [line["DetailType"] for line in made["Line"]] == [
        *["SalesItemLineDetail"] * 3,
        "SubTotalLineDetail",
        "DiscountLineDetail",
    ]
    assert document.line_ids_of(made).keys() == {"id l1", "line 1", "shipping", "discount"}


def test_lines_keep_their_ids_when_an_invoice_changes(company, country, refs):
    here = context(country)
    document = translate_invoice(invoice(**sale(country)), here)
    made = create(company, document, refs, "r1")
    lines = sale(country)["lines"]
    shorter = translate_invoice(invoice(**sale(country, lines=[lines[0] | {"quantity": 4}], shipping=None)), here)
    ids = document.line_ids_of(made)

    body = shorter.update_body(refs, entity_id=made["Id"], sync_token=made["SyncToken"], line_ids=ids)
    after = company.update("Invoice", body, "r2")

    assert [line.get("Id") for line in after["Line"]] == [ids["id l1"], None, ids["discount"]]
    assert after["TotalAmt"] - after["TxnTaxDetail"]["TotalTax"] == Decimal("31.50")


def test_a_sent_invoice_that_is_sent_again_is_the_same(company, country, refs):
    document = translate_invoice(invoice(**sale(country)), context(country))
    made = create(company, document, refs, "r1")

    after = update(company, document, refs, made)

    assert document.line_ids_of(after) == document.line_ids_of(made)
    assert after["TotalAmt"] == made["TotalAmt"]


def test_an_untaxed_sale_is_taken_everywhere(company, country, refs):
    document = translate_invoice(
        invoice(lines=[sold_json()], discount={"amount": 1}, shipping={"amount": 5}), context(country)
    )

    made = create(company, document, refs, "r1")

    assert made["TotalAmt"] == Decimal("6.50")


def test_a_shipment_becomes_a_paid_receipt_in_the_chosen_account(company, country, refs):
    whole = shipment(**sale(country), shipped_date="2026-11-03", payment_method="Visa", payment_reference="4711")
    document = translate_shipment(whole, context(country, settings=RECEIPTS))

    made = create(company, document, refs, "r1")
    after = update(company, document, refs, made)

    assert made["DepositToAccountRef"]["value"] == refs.roles[Role.DEPOSIT_TO]
    assert (made["PaymentRefNum"], made["TxnDate"], made["ShipDate"]) == ("4711", "2026-11-03", "2026-11-03")
    assert made["TotalAmt"] - made["TxnTaxDetail"]["TotalTax"] == Decimal("215.00")
    assert made["Balance"] == 0
    assert document.line_ids_of(after) == document.line_ids_of(made)


def test_a_shipment_becomes_an_invoice(company, country, refs):
    document = translate_shipment(shipment(**sale(country), shipped_date="2026-11-03"), context(country))

    made = create(company, document, refs, "r1")

    assert made["Balance"] == made["TotalAmt"]
    assert document.is_ours(made)
