"""What has changed since."""

import pytest

from tests.integration.local_quickbooks.bodies import CUSTOMER, bill, sale


def ask(books, entities, since, **parameters):
    return books.call("GET", "cdc", params={"entities": entities, "changedSince": since, **parameters})


def changes(books, entities, since):
    response = ask(books, entities, since)
    assert response.status_code == 200, response.text
    (answer,) = response.json()["CDCResponse"]
    return answer["QueryResponse"]


@pytest.fixture
def since(books):
    """A moment after everything that was seeded."""
    books.wait()
    now = books.control("GET", "clock")["time"]
    books.wait()
    return now


def test_entities_come_in_the_order_asked_for_and_empty_for_no_change(books, since):
    invoice = books.create("Invoice", **sale())
    vendor = books.create("Vendor", DisplayName="New")

    vendors, orders, invoices = changes(books, "vendor, PurchaseOrder,Invoice", since)

    assert vendors == {"Vendor": [vendor], "startPosition": 1, "maxResults": 1}
    assert orders == {}
    assert invoices == {"Invoice": [invoice], "startPosition": 1, "maxResults": 1}


def test_deleted_documents_show_as_deleted_among_the_others(books, since):
    first, second = books.create("Invoice", **sale()), books.create("Invoice", **sale())
    books.wait()
    books.delete("Invoice", first)
    books.wait()
    third = books.create("Invoice", **sale())

    (found,) = changes(books, "Invoice", since)

    shown, gone, newest = found["Invoice"]
    assert (shown, newest) == (second, third)
    assert {name: gone[name] for name in ("domain", "status", "Id")} == {
        "domain": "QBO",
        "status": "Deleted",
        "Id": first["Id"],
    }
    assert list(gone["MetaData"]) == ["LastUpdatedTime"]


def test_what_changed_in_that_very_second_is_included(books):
    invoice = books.create("Invoice", **sale())

    (found,) = changes(books, "Invoice", invoice["MetaData"]["LastUpdatedTime"])

    assert found["Invoice"] == [invoice]


def test_balances_bring_customers_and_inactive_names_are_there_unless_switched(books, since):
    books.create("Invoice", **sale())
    books.by_user("PATCH", "Customer/12", Active=False)

    (found,) = changes(books, "Customer", since)
    books.control("POST", "switches", cdc_shows_inactive=False)
    (active,) = changes(books, "Customer", since)

    assert {customer["Id"] for customer in found["Customer"]} == {CUSTOMER, "12"}
    assert {customer["Id"] for customer in active["Customer"]} == {CUSTOMER}


def test_a_thousand_objects_are_all_there_is_without_a_word(new_books):
    books = new_books(name="Busy", counts={"invoices": 1100, "bills": 700})

    bills, invoices = changes(books, "Bill,Invoice", "2026-01-01T00:00:00Z")
    books.control("POST", "switches", cdc_limit_per_entity=True)
    per_entity = changes(books, "Bill,Invoice", "2026-01-01T00:00:00Z")

    times = [row["MetaData"]["LastUpdatedTime"] for row in bills["Bill"]]
    assert times == sorted(times)
    assert (bills["maxResults"], invoices["maxResults"]) == (700, 300)
    assert [found["maxResults"] for found in per_entity] == [700, 1000]


def test_an_answer_is_truncated_on_demand(books, since):
    for _ in range(3):
        books.create("Invoice", **sale())
    books.control("POST", "faults", match={"operation": "cdc"}, then={"cdc_limit": 2})

    (cut,) = changes(books, "Invoice", since)
    (whole,) = changes(books, "Invoice", since)

    assert (cut["maxResults"], whole["maxResults"]) == (2, 3)


def test_paging_parameters_are_ignored(books, since):
    books.create("Bill", **bill())

    first = ask(books, "Bill", since, startPosition="1", maxResults="1").json()["CDCResponse"]
    second = ask(books, "Bill", since, startPosition="2", maxResults="1").json()["CDCResponse"]

    assert first == second


@pytest.mark.parametrize("name", ["TaxCode", "TaxRate", "TimeActivity"])
def test_some_kinds_have_no_change_data_capture(shared_books, name):
    assert shared_books.refused(ask(shared_books, f"Vendor,{name}", "2026-11-01")) == (400, "5030")


@pytest.mark.parametrize(
    ("entities", "since", "wanted"),
    [
        ("", "2026-11-01", "2020"),
        ("Vendor", "", "2020"),
        ("Vendor", "yesterday", "2060"),
        ("Unicorn", "2026-11-01", "4001"),
    ],
)
def test_what_cannot_be_asked_is_refused(shared_books, entities, since, wanted):
    assert shared_books.refused(ask(shared_books, entities, since)) == (400, wanted)


def test_more_than_thirty_days_back_is_answered_or_refused_by_switch(books):
    answered = changes(books, "Vendor", "2011-10-10T09:00:00-07:00")
    books.control("POST", "switches", cdc_refuses_long_ago=True)

    assert answered[0]["maxResults"] == 10
    assert books.refused(ask(books, "Vendor", "2011-10-10T09:00:00-07:00")) == (400, "2190")


def test_inventory_adjustments_can_be_left_out(books, since):
    assert changes(books, "InventoryAdjustment", since) == [{}]
    books.control("POST", "switches", cdc_has_inventory_adjustments=False)
    assert books.refused(ask(books, "InventoryAdjustment", since)) == (400, "4001")
