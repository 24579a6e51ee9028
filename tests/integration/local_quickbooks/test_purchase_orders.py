"""Purchase orders: what a create fills in, what updates change, what is refused."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import requests


def item_line(item="1", quantity="2", price="10", amount="20", **more):
    detail = {"ItemRef": {"value": item}, "Qty": Decimal(quantity), "UnitPrice": Decimal(price), **more}
    return numbers(
        {"Amount": Decimal(amount), "DetailType": "ItemBasedExpenseLineDetail", "ItemBasedExpenseLineDetail": detail}
    )


def account_line(account, amount="5", **more):
    return numbers(
        {
            "Amount": Decimal(amount),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}, **more},
        }
    )


def numbers(value):
    """JSON numbers that requests can write; the tests only use ones that floats hold."""
    if isinstance(value, Decimal):
        return float(value)
    return {name: numbers(item) for name, item in value.items()} if isinstance(value, dict) else value


def order(*lines, **more):
    return {"VendorRef": {"value": "1"}, "Line": list(lines) or [item_line()], **more}


def test_a_create_fills_in_what_quickbooks_computes(books):
    created = books.create("PurchaseOrder", **order(item_line(), account_line(books.account("Freight In"), "7.5")))

    assert created["SyncToken"] == "0"
    assert created["TotalAmt"] == 27.5
    assert created["POStatus"] == "Open"
    assert created["domain"] == "QBO"
    assert created["VendorRef"] == {"value": "1", "name": "Alder Packaging"}
    assert created["APAccountRef"]["name"] == "Accounts Payable (A/P)"
    assert created["CurrencyRef"] == {"value": "USD", "name": "United States Dollar"}
    assert [(line["Id"], line["LineNum"]) for line in created["Line"]] == [("1", 1), ("2", 2)]
    detail = created["Line"][0]["ItemBasedExpenseLineDetail"]
    assert detail["ItemRef"] == {"value": "1", "name": "Corrugated Box 12x12"}
    assert detail["TaxCodeRef"] == {"value": "NON"}
    assert created["VendorAddr"]["Line1"] == "Alder Packaging"
    assert created["ShipAddr"]["Line1"] == "Harbor Street Supply Co."
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00", created["MetaData"]["CreateTime"])
    assert books.read("PurchaseOrder", created["Id"]) == created


def test_the_name_in_a_reference_is_ignored(books):
    created = books.create("PurchaseOrder", **order(VendorRef={"value": "2", "name": "Somebody else"}))

    assert created["VendorRef"]["name"] == "Bayview Paper Mill"


def test_money_comes_back_digit_by_digit(books):
    body = (
        '{"VendorRef":{"value":"1"},"Line":[{"Amount":0.30,"DetailType":"ItemBasedExpenseLineDetail",'
        '"ItemBasedExpenseLineDetail":{"ItemRef":{"value":"1"},"Qty":3,"UnitPrice":0.1000001}},'
        '{"Amount":9999999999.99,"DetailType":"AccountBasedExpenseLineDetail",'
        f'"AccountBasedExpenseLineDetail":{{"AccountRef":{{"value":"{books.account("Freight In")}"}}}}}}]}}'
    )

    response = books.call("POST", "purchaseorder", data=body, headers={"Content-Type": "application/json"})

    assert '"UnitPrice":0.1000001' in response.text
    assert '"Amount":0.30' in response.text
    assert '"TotalAmt":10000000000.29' in response.text


def test_a_line_without_item_or_account_is_a_remark_and_its_amount_does_not_count(books):
    remark = {"DetailType": "ItemBasedExpenseLineDetail", "Amount": 99, "Description": "See attached"}

    created = books.create("PurchaseOrder", **order(item_line(), remark))

    assert created["TotalAmt"] == 20
    assert "Amount" not in created["Line"][1]
    assert created["Line"][1]["Description"] == "See attached"


def test_a_missing_number_is_assigned_and_a_sent_one_is_kept(books):
    assigned = books.create("PurchaseOrder", **order())
    books.create("PurchaseOrder", **order(DocNumber=str(int(assigned["DocNumber"]) + 1)))
    next_one = books.create("PurchaseOrder", **order())

    assert assigned["DocNumber"] == "1005"
    assert next_one["DocNumber"] == "1007"


def test_with_custom_transaction_numbers_a_missing_number_stays_missing(advanced_books):
    created = advanced_books.create("PurchaseOrder", **order())

    assert "DocNumber" not in created


def test_a_number_in_use_is_refused_unless_duplicates_are_allowed(books):
    first = books.create("PurchaseOrder", **order(DocNumber="PO-7"))

    refused = books.post("PurchaseOrder", order(DocNumber="po-7"))
    allowed = books.post("PurchaseOrder", order(DocNumber="PO-7"), include="allowduplicatedocnum")

    assert books.refused(refused) == (400, "6140")
    assert f"TxnId={first['Id']}" in refused.text
    assert allowed.status_code == 200
    assert books.query("SELECT COUNT(*) FROM PurchaseOrder WHERE DocNumber = 'PO-7'")["totalCount"] == 2


def test_changing_the_number_to_one_in_use_is_refused(books):
    books.create("PurchaseOrder", **order(DocNumber="A"))
    other = books.create("PurchaseOrder", **order(DocNumber="B"))

    response = books.post("PurchaseOrder", {"Id": other["Id"], "SyncToken": "0", "sparse": True, "DocNumber": "A"})

    assert books.refused(response) == (400, "6140")


def test_a_sparse_update_keeps_what_it_leaves_out(books):
    created = books.create("PurchaseOrder", **order(DocNumber="A", Memo="old", PrivateNote="note"))

    updated = books.update("PurchaseOrder", created, sparse=True, Memo="new")

    assert updated["SyncToken"] == "1"
    assert (updated["Memo"], updated["PrivateNote"], updated["DocNumber"]) == ("new", "note", "A")
    assert updated["Line"] == created["Line"]


def test_null_clears_a_field_in_a_sparse_update(books):
    created = books.create("PurchaseOrder", **order(Memo="old"))

    assert "Memo" not in books.update("PurchaseOrder", created, sparse=True, Memo=None)


def test_a_full_update_clears_what_it_leaves_out(books):
    created = books.create("PurchaseOrder", **order(DocNumber="A", Memo="old", PrivateNote="note"))

    updated = books.update("PurchaseOrder", created, **order(Memo="new"))

    assert "PrivateNote" not in updated
    assert "DocNumber" not in updated
    assert updated["TxnDate"] == created["TxnDate"]
    assert updated["POStatus"] == "Open"


def test_a_full_update_must_have_what_a_create_must_have(books):
    created = books.create("PurchaseOrder", **order())

    response = books.post("PurchaseOrder", {"Id": created["Id"], "SyncToken": "0", "Memo": "x"})

    assert books.refused(response) == (400, "2020")


def test_lines_are_replaced_as_a_whole_and_keep_their_ids(books):
    created = books.create("PurchaseOrder", **order(item_line("1"), item_line("2"), item_line("3")))
    third = {"Id": "3", **item_line("3", "4", "10", "40")}

    updated = books.update(
        "PurchaseOrder", created, sparse=True, Line=[third, item_line("4"), {"Id": "77", **item_line("5")}]
    )

    items = [(line["Id"], line["ItemBasedExpenseLineDetail"]["ItemRef"]["value"]) for line in updated["Line"]]
    assert items == [("3", "3"), ("4", "4"), ("5", "5")]
    assert [line["LineNum"] for line in updated["Line"]] == [1, 2, 3]
    assert updated["TotalAmt"] == 80


def test_an_update_that_changes_nothing_keeps_token_and_time(books):
    created = books.create("PurchaseOrder", **order(Memo="same"))
    books.control("POST", "clock", advance_seconds=60)

    updated = books.update("PurchaseOrder", created, sparse=True, Memo="same", Line=created["Line"])

    assert updated == created


def test_a_stale_token_is_refused_and_changes_nothing(books):
    created = books.create("PurchaseOrder", **order())
    books.update("PurchaseOrder", created, sparse=True, Memo="first")

    response = books.post("PurchaseOrder", {"Id": created["Id"], "SyncToken": "0", "sparse": True, "Memo": "second"})

    assert books.refused(response) == (400, "5010")
    assert books.read("PurchaseOrder", created["Id"])["Memo"] == "first"


def test_a_delete_leaves_only_a_tombstone(books):
    created = books.create("PurchaseOrder", **order())

    deleted = books.post("PurchaseOrder", {"Id": created["Id"], "SyncToken": "0"}, operation="delete").json()

    assert deleted["PurchaseOrder"] == {"domain": "QBO", "status": "Deleted", "Id": created["Id"]}
    assert books.refused(books.call("GET", f"purchaseorder/{created['Id']}")) == (400, "610")
    again = books.post("PurchaseOrder", {"Id": created["Id"], "SyncToken": "0"}, operation="delete")
    assert books.refused(again) == (400, "610")
    entities = books.control("GET", f"companies/{books.realm_id}/entities/PurchaseOrder")
    assert created["Id"] in entities["deleted"]


def test_an_order_that_is_linked_to_a_bill_cannot_be_deleted(books):
    created = books.create("PurchaseOrder", **order())
    linked = books.control(
        "PATCH",
        f"companies/{books.realm_id}/entities/PurchaseOrder/{created['Id']}",
        LinkedTxn=[{"TxnId": "9", "TxnType": "Bill"}],
        POStatus="Closed",
    )

    response = books.post("PurchaseOrder", {"Id": created["Id"], "SyncToken": linked["SyncToken"]}, operation="delete")

    assert books.refused(response) == (400, "6000")


def test_the_envelope_time_is_when_the_request_started(books):
    books.control("POST", "faults", then={"delay_ms": 200})
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(books.post, "PurchaseOrder", order())
        time.sleep(0.05)
        requests.post(f"{books.url}/simulator/clock", json={"advance_seconds": 5}, timeout=10)

    envelope = slow.result().json()

    assert envelope["time"] < envelope["PurchaseOrder"]["MetaData"]["CreateTime"]


def test_an_inventory_item_on_an_order_gets_a_new_time_but_keeps_its_token(books):
    before = books.read("Item", "1")
    books.control("POST", "clock", advance_seconds=30)

    books.create("PurchaseOrder", **order())

    after = books.read("Item", "1")
    assert after["SyncToken"] == before["SyncToken"]
    assert after["MetaData"]["LastUpdatedTime"] > before["MetaData"]["LastUpdatedTime"]


def test_a_second_payables_account_makes_the_reference_required(books):
    books.create("Account", Name="Payables abroad", AccountType="Accounts Payable")

    without = books.post("PurchaseOrder", order())
    wrong = books.post("PurchaseOrder", order(APAccountRef={"value": books.account("Checking")}))

    assert books.refused(without) == (400, "2020")
    assert books.refused(wrong) == (400, "6430")


def test_custom_fields_of_unknown_definition_are_dropped(books):
    created = books.create(
        "PurchaseOrder",
        **order(
            CustomField=[
                {"DefinitionId": "1", "Type": "StringType", "StringValue": "Crew 4"},
                {"DefinitionId": "9", "Type": "StringType", "StringValue": "nowhere"},
            ]
        ),
    )

    assert created["CustomField"] == [
        {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType", "StringValue": "Crew 4"}
    ]


def test_classes_per_line_are_kept_only_where_the_company_tracks_them(books, advanced_books):
    tracked_class = advanced_books.query("SELECT * FROM Class WHERE Name = 'Retail'")["Class"][0]["Id"]
    line = item_line(ClassRef={"value": tracked_class})

    untracked = books.create("PurchaseOrder", **order(line))
    tracked = advanced_books.create("PurchaseOrder", **order(line))

    assert "ClassRef" not in untracked["Line"][0]["ItemBasedExpenseLineDetail"]
    assert tracked["Line"][0]["ItemBasedExpenseLineDetail"]["ClassRef"] == {"value": tracked_class, "name": "Retail"}


def test_outside_the_us_every_line_needs_a_tax_code(new_books):
    canadian = new_books(name="Maple", plan="Plus", country="CA", currency="CAD")

    without = canadian.post("PurchaseOrder", order())
    with_code = canadian.post("PurchaseOrder", order(item_line(TaxCodeRef={"value": "4"})))

    assert canadian.refused(without) == (400, "6000")
    assert "GST/HST" in without.text
    assert with_code.json()["PurchaseOrder"]["CurrencyRef"]["value"] == "CAD"


def test_with_multicurrency_an_order_has_its_vendors_currency(new_books):
    books = new_books(name="Many", plan="Plus", preferences={"CurrencyPrefs": {"MultiCurrencyEnabled": True}})
    vendor = books.create("Vendor", DisplayName="Euro Vendor", CurrencyRef={"value": "EUR"})

    right = books.create("PurchaseOrder", **order(VendorRef={"value": vendor["Id"]}, ExchangeRate=1.1))
    wrong = books.post("PurchaseOrder", order(VendorRef={"value": vendor["Id"]}, CurrencyRef={"value": "USD"}))

    assert right["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    assert right["ExchangeRate"] == 1.1
    assert books.refused(wrong) == (400, "6000")


@pytest.mark.parametrize("method", ["create", "read"])
def test_a_plan_without_purchase_orders_refuses_them(essentials_books, method):
    response = (
        essentials_books.post("PurchaseOrder", order())
        if method == "create"
        else essentials_books.call("GET", "purchaseorder/1")
    )

    assert essentials_books.refused(response) == (400, "5020")
