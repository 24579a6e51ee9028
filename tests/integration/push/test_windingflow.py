"""WindingFlow's documentation, promise by promise: invoices, by themselves or by hand, and products that they name."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ledgerlink.errors import InvalidRequest, MissingConfiguration
from tests.integration.push.promises import CREATED, UPDATED, Promise, document, kept
from tests.integration.push.stack import Entity, Host, Stack

INVOICES, CUSTOMERS = "invoices", "customers"
SOLD = "SalesItemLineDetail"
CLASSES = {"AccountingInfoPrefs": {"ClassTrackingPerTxnLine": True}}

PROMISES = (
    Promise("Invoice number", "number", kept("INV-7"), "DocNumber"),
    Promise("Customer", "customer.name", kept("Amber Lane Cafe"), "CustomerRef.name"),
    Promise("Invoice date", "invoice_date", ("2026-11-02", "2026-11-03"), "TxnDate"),
    Promise("Due date", "due_date", ("2026-12-02", "2026-12-15"), "DueDate"),
    Promise("Terms", "terms", ("Net 30", "Net 15"), "SalesTermRef.value", ("3", "2")),
    Promise("E-mail", "email", ("pay@amber.example", "books@amber.example"), "BillEmail.Address"),
    Promise("Billing address: street", "billing_address.line1", ("1 Lane", "2 Lane"), "BillAddr.Line1"),
    Promise("Billing address: second line", "billing_address.line2", ("Floor 2", "Floor 3"), "BillAddr.Line2"),
    Promise("Billing address: city", "billing_address.city", ("Reno", "Boise"), "BillAddr.City"),
    Promise("Billing address: region", "billing_address.region", ("NV", "ID"), "BillAddr.CountrySubDivisionCode"),
    Promise("Billing address: postal code", "billing_address.postal_code", ("89501", "83702"), "BillAddr.PostalCode"),
    Promise("Billing address: country", "billing_address.country", kept("US"), "BillAddr.Country"),
    Promise("Ship-to: street", "ship_to.line1", ("Dock 1", "Dock 2"), "ShipAddr.Line1"),
    Promise("Ship-to: city", "ship_to.city", ("Reno", "Boise"), "ShipAddr.City"),
    Promise("Ship-to: region", "ship_to.region", ("NV", "ID"), "ShipAddr.CountrySubDivisionCode"),
    Promise("Ship-to: postal code", "ship_to.postal_code", ("89501", "83702"), "ShipAddr.PostalCode"),
    Promise("Ship date", "ship_date", ("2026-11-04", "2026-11-05"), "ShipDate"),
    Promise("Carrier", "carrier", ("UPS", "FedEx"), "ShipMethodRef.value"),
    Promise("Tracking number", "tracking_number", ("1Z 999", "1Z 998"), "TrackingNum"),
    Promise("Message to the customer", "memo", ("Thank you", "See you"), "CustomerMemo.value"),
    Promise(
        "Reference",
        "reference",
        ("SO-77", "SO-78"),
        "PrivateNote",
        ("SO-77\nLedgerlink invoices/i-1", "SO-78\nLedgerlink invoices/i-1"),
    ),
    Promise("Line: product", "lines[0].name", kept("Walnut clock"), f"Line[0].{SOLD}.ItemRef.name"),
    Promise("Line: quantity", "lines[0].quantity", (3, 4), f"Line[0].{SOLD}.Qty"),
    Promise("Line: price, less its discount", "lines[0].unit_price", kept("20"), f"Line[0].{SOLD}.UnitPrice", (19, 19)),
    Promise("Line: discount", "lines[0].discount", ("3.00", "4.00"), "Line[0].Amount", (57, 76)),
    Promise("Line: amount", "lines[0].amount", ("57.00", "76.00"), "Line[0].Amount"),
    Promise("Line: description", "lines[0].description", ("Oiled", "Waxed"), "Line[0].Description"),
    Promise("Line: service date", "lines[0].service_date", ("2026-11-01", "2026-11-02"), f"Line[0].{SOLD}.ServiceDate"),
    Promise("Line: class", "lines[0].class", ("Wholesale", "Retail"), f"Line[0].{SOLD}.ClassRef.name"),
    Promise("Line: tax code", "lines[0].tax_code", ("TAX", "NON"), f"Line[0].{SOLD}.TaxCodeRef.value"),
    Promise("Shipping: amount", "shipping.amount", ("12.50", "14.00"), "Line[1].Amount"),
    Promise("Shipping: name", "shipping.name", ("UPS Ground", "FedEx Home"), "Line[1].Description"),
    Promise("Shipping: a service", "", kept(None), f"Line[1].{SOLD}.ItemRef.name", kept("Shipping")),
    Promise("Shipping: tax code", "shipping.tax_code", ("NON", "TAX"), f"Line[1].{SOLD}.TaxCodeRef.value"),
    Promise("Discount", "discount.amount", ("5.00", "6.00"), "Line[3].Amount"),
    Promise("Discount: name", "discount.name", ("Regular", "Loyal"), "Line[3].Description"),
    Promise("Total", "", kept(None), "TotalAmt", ("64.50", "84.00")),
    Promise("To be paid", "", kept(None), "Balance", ("64.50", "84.00")),
)


@pytest.fixture(scope="module")
def pushed(stack: Stack) -> tuple[Entity, Entity]:
    host = stack.connect(preferences=CLASSES)
    _sells_since_january(host)
    host.put(INVOICES, "i-1", _invoice(CREATED))
    created = host.became(INVOICES, "i-1")
    host.put(INVOICES, "i-1", _invoice(UPDATED))
    return created, host.became(INVOICES, "i-1")


def _invoice(turn: int) -> dict[str, Any]:
    return document(PROMISES, turn, customer={"id": "c-1", "name": "Amber Lane Cafe"})


def _sells_since_january(host: Host) -> None:
    host.choose(kinds={"products": {"start_date": "2026-01-01", "quantity": 100}})


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.words)
def test_what_is_promised_is_in_the_new_invoice(pushed, promise):
    created, _ = pushed

    arrived = promise.found(created)

    assert arrived == promise.expected(CREATED)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.words)
def test_what_is_promised_is_in_the_invoice_that_was_changed(pushed, promise):
    _, updated = pushed

    arrived = promise.found(updated)

    assert arrived == promise.expected(UPDATED)


def test_a_change_updates_the_same_invoice(pushed):
    created, updated = pushed

    assert updated["Id"] == created["Id"]
    assert int(updated["SyncToken"]) > int(created["SyncToken"])
    assert [line.get("Id") for line in updated["Line"]] == [line.get("Id") for line in created["Line"]]


def invoice(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "customer": {"id": f"c-{number}", "name": f"Cafe {number}"},
        "lines": [{"id": "l1", "sku": "CLOCK-1", "name": "Wall clock", "quantity": 1, "unit_price": "49.00"}],
        **changes,
    }


@pytest.fixture(scope="module")
def host(stack: Stack) -> Host:
    """A company for tests that each have a customer and a number of their own."""
    host = stack.connect()
    _sells_since_january(host)
    return host


# Customer account


def test_a_customer_that_is_missing_is_created_with_what_is_known_of_it(host):
    customer = {
        "id": "c-10",
        "name": "Birch: Hotel",
        "email": "pay@birch.example",
        "phone": "555-0110",
        "address": {"line1": "9 Birch Way", "city": "Boise"},
    }

    host.put(INVOICES, "10", invoice("10", customer=customer))

    made = host.books.the("Customer", DisplayName="Birch- Hotel")
    assert made["PrimaryEmailAddr"] == {"Address": "pay@birch.example"}
    assert made["PrimaryPhone"] == {"FreeFormNumber": "555-0110"}
    assert made["BillAddr"]["Line1"] == "9 Birch Way"
    sent = host.became(INVOICES, "10")
    assert sent["CustomerRef"]["value"] == made["Id"]
    assert (sent["BillEmail"]["Address"], sent["BillAddr"]["Line1"]) == ("pay@birch.example", "9 Birch Way")


def test_an_invoice_that_names_nobody_goes_to_the_default_customer(stack):
    host = stack.connect()
    _sells_since_january(host)
    host.choose(default_customer={"name": "Walk-in", "email": "shop@walk.example", "phone": "555-0111"})

    host.put(INVOICES, "1", invoice("1", customer=None))

    customer = host.books.the("Customer", DisplayName="Walk-in")
    assert host.became(INVOICES, "1")["CustomerRef"]["value"] == customer["Id"]
    assert customer["PrimaryEmailAddr"] == {"Address": "shop@walk.example"}


def test_an_invoice_that_names_nobody_is_a_missing_configuration_while_no_default_is_chosen(stack):
    host = stack.connect()
    failed = host.put(INVOICES, "1", invoice("1", customer=None))
    host.choose(default_customer={"name": "Walk-in"})

    sent = host.send(INVOICES, "1")

    assert (failed.status, failed.last_error["category"]) == ("sync_failed", "missing_configuration")
    assert failed.last_error["code"] == "default_customer_missing"
    assert "Choose a default customer" in failed.last_error["hint"]
    assert sent.status == "synced"


@pytest.mark.parametrize(("end", "told"), [("inactive", "is inactive"), ("merged", "is gone")])
def test_a_default_customer_that_can_no_longer_be_used_is_named_with_the_way_out(stack, end, told):
    host = stack.connect()
    _sells_since_january(host)
    host.choose(default_customer={"name": "Walk-in"})
    customer = host.books.the("Customer", DisplayName="Walk-in")["Id"]
    if end == "inactive":
        host.books.change("Customer", customer, Active=False)
    else:
        host.books.merge("Customer", customer, host.books.create("Customer", DisplayName="Counter")["Id"])

    failed = host.put(INVOICES, "1", invoice("1", customer=None))
    host.choose(default_customer={"name": "Cash sales"})
    sent = host.send(INVOICES, "1")

    assert (failed.status, failed.last_error["category"]) == ("sync_failed", "out_of_sync")
    assert failed.last_error["message"] == f"In QuickBooks, the default customer 'Walk-in' {told}."
    assert "choose another default customer in the settings" in failed.last_error["hint"]
    assert sent.status == "synced", sent.last_error


def test_required_fields_of_the_default_customer_are_named(host):
    with pytest.raises(InvalidRequest) as refused:
        host.choose(default_customer={"email": "shop@walk.example"})

    assert refused.value.fields[0]["field"] == "default_customer.name"


# Enable, Auto Invoice


@pytest.mark.parametrize("choice", [{"enabled": False}, {"kinds": {"invoices": {"enabled": False}}}])
def test_while_the_integration_is_off_nothing_is_sent_not_even_by_hand(stack, choice):
    host = stack.connect()
    host.choose(**choice)

    calls = host.books.called_by(lambda: host.put(INVOICES, "1", invoice("1")))
    with pytest.raises(MissingConfiguration):
        host.send(INVOICES, "1")

    assert calls == {}
    assert host.document(INVOICES, "1").status in ("integration_off", "kind_off")


def test_with_auto_invoice_off_an_invoice_waits_until_it_is_sent_by_hand(stack):
    host = stack.connect()
    host.choose(auto_invoice=False)

    calls = host.books.called_by(lambda: host.put(INVOICES, "1", invoice("1")))
    waiting = host.document(INVOICES, "1")
    sent = host.send(INVOICES, "1")

    assert (calls, waiting.status, sent.status) == ({}, "waiting_for_send", "synced")
    assert "Send to QuickBooks" in waiting.last_error["hint"]


def test_enable_and_auto_invoice_are_chosen_for_each_instance(stack):
    host = stack.connect()
    host.instance("by-itself")
    host.instance("by-hand", auto_invoice=False)
    host.instance("off", enabled=False)

    statuses = [
        host.put(INVOICES, name, invoice(str(number), instance=name)).status
        for number, name in enumerate(["by-itself", "by-hand", "off", "nobody-made-it"])
    ]

    assert statuses == ["synced", "waiting_for_send", "instance_off", "unknown_instance"]


def test_an_instance_sends_to_the_company_that_it_is_connected_with(stack):
    one, other = stack.connect(), stack.connect()
    one.instance("shop")

    one.put(INVOICES, "1", invoice("1", instance="shop"))

    assert one.became(INVOICES, "1")["DocNumber"] == "1"
    assert other.books.entities("Invoice") == []


# Product settings


def test_a_product_that_is_created_gets_the_default_quantity_and_start_date(stack):
    host = stack.connect()
    host.choose(kinds={"products": {"quantity": 25, "start_date": "2026-03-01"}})

    host.put(INVOICES, "1", invoice("1", invoice_date="2026-10-01"))

    item = host.books.the("Item", Sku="CLOCK-1")
    assert (item["Type"], item["QtyOnHand"], item["InvStartDate"]) == ("Inventory", 24, "2026-03-01")


def test_a_product_says_its_own_quantity_and_start_date(host):
    host.put("products", "p-1", {"name": "Cuckoo", "sku": "CUC-1", "quantity": 7, "start_date": "2026-02-01"})

    item = host.books.the("Item", Sku="CUC-1")
    assert (item["QtyOnHand"], item["InvStartDate"]) == (7, "2026-02-01")


def test_an_invoice_of_last_week_that_names_a_new_product_is_sent_without_a_start_date_in_the_settings(stack):
    host = stack.connect()

    sent = host.put(INVOICES, "1", invoice("1", invoice_date="2026-01-05"))

    assert sent.status == "synced", sent.last_error
    assert host.books.the("Item", Sku="CLOCK-1")["InvStartDate"] <= "2026-01-05"


def test_a_new_product_of_an_invoice_of_today_starts_the_day_before(stack):
    host = stack.connect()

    host.put(INVOICES, "1", invoice("1"))

    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert host.books.the("Item", Sku="CLOCK-1")["InvStartDate"] == yesterday.isoformat()


def test_products_that_the_tenant_wants_as_services_are_created_so(stack):
    host = stack.connect()
    host.choose(kinds={"products": {"type": "NonInventory"}})

    host.put(INVOICES, "1", invoice("1"))

    assert host.books.the("Item", Sku="CLOCK-1")["Type"] == "NonInventory"


# Errors


def _retire_income_accounts(host: Host) -> None:
    for account in host.books.entities("Account"):
        if account["AccountType"] == "Income":
            host.books.change("Account", account["Id"], Active=False, Name=f"Before {account['Id']}")


def test_an_account_that_quickbooks_refuses_to_create_is_named_and_the_invoice_can_be_sent_again(stack):
    host = stack.connect(counts={"items": 0})
    _retire_income_accounts(host)
    host.books.fail({"fault_code": "6000"}, operation="create", entity="Account")

    failed = host.put(INVOICES, "1", invoice("1"))
    sent = host.send(INVOICES, "1")

    assert failed.last_error["code"] == "account_creation_failed"
    assert "sales income" in failed.last_error["message"]
    assert "Create an account of the type Income" in failed.last_error["hint"]
    assert sent.status == "synced"


def test_accounts_that_are_missing_are_not_created_where_the_tenant_does_not_want_it(stack):
    host = stack.connect(counts={"items": 0})
    _retire_income_accounts(host)
    host.choose(create_accounts=False)

    failed = host.put(INVOICES, "1", invoice("1"))

    assert (failed.last_error["category"], failed.last_error["code"]) == ("missing_configuration", "account_not_chosen")


@pytest.mark.parametrize(
    ("fault", "category"),
    [("120", "permission"), ("3100", "missing_configuration"), ("6190", "permission"), ("3200", "authentication")],
)
def test_errors_of_access_are_told_by_their_kind(host, fault, category):
    host.books.fail({"fault_code": fault}, times=None, operation="create", entity="Invoice")

    failed = host.put(INVOICES, fault, invoice(fault))
    host.books.control("DELETE", "faults")

    assert (failed.status, failed.last_error["category"]) == ("sync_failed", category)
    assert failed.last_error["message"]
    assert failed.last_error["hint"]


def test_an_error_keeps_intuits_id_until_the_invoice_is_sent(stack):
    host = stack.connect()
    host.books.fail({"fault_code": "6000"}, operation="create", entity="Invoice")

    failed = host.put(INVOICES, "1", invoice("1"))
    sent = host.send(INVOICES, "1")

    assert failed.last_error["intuit_tid"]
    assert (sent.status, sent.last_error) == ("synced", None)


# Customers by themselves

CUSTOMER_PROMISES = (
    Promise(
        "Customer: name", "name", ("Jade: Kitchen", "Jade Kitchen"), "DisplayName", ("Jade- Kitchen", "Jade Kitchen")
    ),
    Promise("Customer: company", "company_name", ("Jade Inc", "Jade LLC"), "CompanyName"),
    Promise("Customer: first name", "first_name", ("Jo", "Joe"), "GivenName"),
    Promise("Customer: last name", "last_name", ("Lee", "Li"), "FamilyName"),
    Promise("Customer: e-mail", "email", ("a@jade.example", "b@jade.example"), "PrimaryEmailAddr.Address"),
    Promise("Customer: phone", "phone", ("555-0101", "555-0102"), "PrimaryPhone.FreeFormNumber"),
    Promise("Customer: website", "website", ("https://jade.example", "https://j.example"), "WebAddr.URI"),
    Promise("Customer: billing address", "billing_address.line1", ("1 A St", "2 A St"), "BillAddr.Line1"),
    Promise("Customer: shipping address", "shipping_address.line1", ("1 B St", "2 B St"), "ShipAddr.Line1"),
    Promise("Customer: terms", "terms", ("Net 30", "Net 15"), "SalesTermRef.value", ("3", "2")),
    Promise("Customer: notes", "notes", ("Rings", "Knocks"), "Notes"),
    Promise("Customer: taxable", "taxable", (True, False), "Taxable"),
)


@pytest.fixture(scope="module")
def customers(host: Host) -> tuple[Entity, Entity]:
    host.put(CUSTOMERS, "c-1", document(CUSTOMER_PROMISES, CREATED))
    created = host.became(CUSTOMERS, "c-1")
    host.put(CUSTOMERS, "c-1", document(CUSTOMER_PROMISES, UPDATED))
    return created, host.became(CUSTOMERS, "c-1")


@pytest.mark.parametrize("turn", [CREATED, UPDATED], ids=["created", "updated"])
@pytest.mark.parametrize("promise", CUSTOMER_PROMISES, ids=lambda promise: promise.words)
def test_what_is_said_of_a_customer_is_in_quickbooks(customers, promise, turn):
    arrived = promise.found(customers[turn])

    assert arrived == promise.expected(turn)


def test_a_customer_that_is_no_longer_one_is_inactive(host):
    host.put(CUSTOMERS, "c-2", {"name": "Fernwood Market"})

    host.put(CUSTOMERS, "c-2", {"name": "Fernwood Market", "active": False})

    assert host.became(CUSTOMERS, "c-2")["Active"] is False


def test_an_invoice_of_several_currencies_creates_its_customer_in_its_own(stack):
    host = stack.connect(preferences={"CurrencyPrefs": {"MultiCurrencyEnabled": True}})

    host.put(INVOICES, "1", invoice("1", currency="EUR", exchange_rate="1.1"))

    sent = host.became(INVOICES, "1")
    assert (sent["CurrencyRef"]["value"], sent["ExchangeRate"]) == ("EUR", Decimal("1.1"))
    assert host.books.the("Customer", DisplayName="Cafe 1")["CurrencyRef"]["value"] == "EUR"


def test_a_percentage_off_the_whole_invoice_stays_a_percentage(host):
    host.put(INVOICES, "20", invoice("20", discount={"percent": 10}))

    (discount,) = (line for line in host.became(INVOICES, "20")["Line"] if line["DetailType"] == "DiscountLineDetail")
    assert discount["DiscountLineDetail"]["DiscountPercent"] == 10
    assert host.became(INVOICES, "20")["TotalAmt"] == Decimal("44.10")


def test_one_class_for_the_whole_invoice_where_the_company_tracks_it_so(stack):
    host = stack.connect(preferences={"AccountingInfoPrefs": {"ClassTrackingPerTxn": True}})

    host.put(INVOICES, "1", invoice("1", **{"class": "Retail"}))

    assert host.became(INVOICES, "1")["ClassRef"]["name"] == "Retail"


@pytest.mark.parametrize("kind", [INVOICES, "shipments"])
def test_the_accounts_receivable_that_is_chosen_is_that_of_the_invoice(stack, kind):
    host = stack.connect()
    _sells_since_january(host)
    receivable = host.books.create("Account", Name="Receivables, hotels", AccountType="Accounts Receivable")
    host.choose(accounts={"accounts_receivable": receivable["Id"]})

    host.put(kind, "1", invoice("1", status="completed"))

    assert host.became(kind, "1")["ARAccountRef"]["value"] == receivable["Id"]


def test_without_a_chosen_accounts_receivable_quickbooks_takes_its_own(host):
    host.put(INVOICES, "21", invoice("21"))

    assert "ARAccountRef" not in host.became(INVOICES, "21")


@pytest.mark.parametrize("kind", [INVOICES, "shipments"])
def test_the_class_of_an_invoice_is_that_of_every_line_without_one_where_lines_have_classes(stack, kind):
    host = stack.connect(preferences=CLASSES)
    _sells_since_january(host)
    lines = [invoice("1")["lines"][0], {**invoice("1")["lines"][0], "id": "l2", "class": "Online"}]

    host.put(kind, "1", invoice("1", status="completed", lines=lines, shipping={"amount": 5}, **{"class": "Retail"}))

    sent = host.became(kind, "1")
    sold = [line[SOLD] for line in sent["Line"] if line["DetailType"] == SOLD]
    assert [detail["ClassRef"]["name"] for detail in sold] == ["Retail", "Online", "Retail"]
    assert "ClassRef" not in sent
