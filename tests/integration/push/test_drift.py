"""What people change in QuickBooks after a document was sent: named, never doubled, and put right by sending again."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.push.stack import Host, Stack

ORDERS, INVOICES, SUPPLIERS = "purchase-orders", "invoices", "suppliers"
ITEM, ACCOUNT = "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"
CLASSES = {"AccountingInfoPrefs": {"ClassTrackingPerTxnLine": True}}


def order(**changes: Any) -> dict[str, Any]:
    return {
        "number": "7",
        "supplier": {"id": "s-1", "name": "Tannery Lane"},
        "terms": "Net 30",
        "lines": [
            {"id": "l1", "sku": "HIDE-1", "name": "Hide", "quantity": 2, "unit_cost": "30.00", "class": "Wholesale"},
            {"id": "l2", "description": "Dye", "quantity": 1, "unit_cost": "9.00", "expense_account": "Utilities"},
        ],
        "costs": [{"name": "Freight", "amount": "5.00"}],
        **changes,
    }


def invoice(**changes: Any) -> dict[str, Any]:
    return {
        "number": "7",
        "customer": {"id": "c-1", "name": "Saddle Shop"},
        "lines": [{"id": "l1", "sku": "BELT-1", "name": "Belt", "quantity": 2, "unit_price": "30.00"}],
        **changes,
    }


@pytest.fixture
def host(stack: Stack) -> Host:
    """A company that has the order already, with all that it names."""
    host = stack.connect(preferences=CLASSES)
    host.put(ORDERS, "po-7", order())
    assert host.document(ORDERS, "po-7").status == "synced"
    return host


@pytest.fixture(scope="module")
def lasting(stack: Stack) -> Host:
    """The same company for tests that put right what they change."""
    host = stack.connect(preferences=CLASSES)
    host.put(ORDERS, "po-7", order())
    return host


# Inactive, named; put right, sent again

type Find = Callable[[Host], tuple[str, str]]
"""The entity that a person makes inactive, as kind and id."""


def _vendor(host: Host) -> tuple[str, str]:
    return "Vendor", host.books.the("Vendor", DisplayName="Tannery Lane")["Id"]


def _item(host: Host) -> tuple[str, str]:
    return "Item", host.books.the("Item", Sku="HIDE-1")["Id"]


def _expense_account(host: Host) -> tuple[str, str]:
    return "Account", host.account("Utilities")


def _class(host: Host) -> tuple[str, str]:
    return "Class", host.books.the("Class", Name="Wholesale")["Id"]


def _terms(host: Host) -> tuple[str, str]:
    return "Term", host.books.the("Term", Name="Net 30")["Id"]


@pytest.mark.parametrize(
    ("find", "named"),
    [
        (_vendor, "Tannery Lane"),
        (_item, "Hide"),
        (_expense_account, "Utilities"),
        (_class, "Wholesale"),
        (_terms, "Net 30"),
    ],
)
def test_what_became_inactive_is_named_and_once_it_is_put_right_the_order_is_sent(lasting, find, named):
    host, other = lasting, f"po{find.__name__}"
    kind, entity_id = find(host)
    label = "DisplayName" if kind == "Vendor" else "Name"
    host.books.change(kind, entity_id, Active=False)

    failed = [host.put(ORDERS, "po-7", order(memo=f"Soon, {named}")), host.put(ORDERS, other, order(number=named))]
    host.books.change(kind, entity_id, Active=True, **{label: named})
    sent = [host.send(ORDERS, document_id) for document_id in ("po-7", other)]

    assert [(one.status, one.last_error["category"]) for one in failed] == [("sync_failed", "out_of_sync")] * 2
    assert all(named in one.last_error["message"] and one.last_error["hint"] for one in failed)
    assert [one.status for one in sent] == ["synced"] * 2
    assert host.books.read(kind, entity_id)["Active"] is True
    assert len([row for row in host.books.entities(kind) if named in str(row.get(label))]) == 1


def test_a_mapped_account_that_became_inactive_is_named_with_what_it_is_used_for(stack):
    host = stack.connect()
    host.choose(accounts={"fees": host.account("Office Expenses")})
    plain = order(lines=[], terms="")
    host.put(ORDERS, "po-7", plain)
    host.books.change("Account", host.account("Office Expenses"), Active=False)

    failed = host.put(ORDERS, "po-7", plain | {"memo": "Soon"})
    host.choose(accounts={"fees": host.account("Bank Charges")})
    sent = host.send(ORDERS, "po-7")

    assert failed.last_error["category"] == "out_of_sync"
    assert "Office Expenses" in failed.last_error["message"]
    assert "fees" in failed.last_error["message"]
    assert sent.status == "synced", sent.last_error
    assert host.became(ORDERS, "po-7")["Line"][0][ACCOUNT]["AccountRef"]["name"] == "Bank Charges"


def test_an_account_that_was_found_by_its_type_is_found_anew_when_it_became_inactive(host):
    host.books.change("Account", host.account("Shipping and Delivery"), Active=False)

    failed = host.put(ORDERS, "po-7", order(memo="Soon"))
    sent = host.send(ORDERS, "po-7")

    assert "Shipping and Delivery" in failed.last_error["message"]
    assert sent.status == "synced", sent.last_error
    assert host.became(ORDERS, "po-7")["Line"][2][ACCOUNT]["AccountRef"]["name"] == "Freight In"


def test_a_customer_that_became_inactive_is_named(stack):
    host = stack.connect()
    host.put(INVOICES, "i-7", invoice())
    customer = host.books.the("Customer", DisplayName="Saddle Shop")["Id"]
    host.books.change("Customer", customer, Active=False)

    failed = host.put(INVOICES, "i-8", invoice(number="8"))
    host.books.change("Customer", customer, Active=True, DisplayName="Saddle Shop")
    sent = host.send(INVOICES, "i-8")

    assert failed.last_error["category"] == "out_of_sync"
    assert "Saddle Shop" in failed.last_error["message"]
    assert sent.status == "synced", sent.last_error


def test_an_item_that_became_a_product_that_is_not_bought_is_named_with_the_way_out(stack):
    host = stack.connect()
    host.books.create(
        "Item", Name="Hide", Type="Service", IncomeAccountRef={"value": host.account("Services")}
    )  # fmt: skip

    failed = host.put(ORDERS, "po-7", order(lines=[{"name": "Hide", "quantity": 1, "unit_cost": 1}]))

    assert failed.last_error["code"] == "item_without_expense_account"
    assert "tick that you buy it" in failed.last_error["hint"]


# Renamed, merged


def test_what_was_renamed_is_still_found(host):
    vendor, item = _vendor(host)[1], _item(host)[1]
    host.books.change("Vendor", vendor, DisplayName="Tannery Lane LLC")
    host.books.change("Item", item, Name="Hide, whole")

    host.put(ORDERS, "po-8", order(number="8"))

    sent = host.became(ORDERS, "po-8")
    assert sent["VendorRef"]["value"] == vendor
    assert sent["Line"][0][ITEM]["ItemRef"]["value"] == item


def _merge_vendor(host: Host) -> str:
    """The vendor of the order becomes part of another one, whose id is returned."""
    left = host.books.create("Vendor", DisplayName="Hides & More")["Id"]
    host.books.merge("Vendor", _vendor(host)[1], left)
    return str(left)


def test_a_merged_vendor_is_named_and_no_second_one_is_made_however_often_an_order_is_sent(host):
    _merge_vendor(host)

    failed = [host.put(ORDERS, "po-8", order(number="8")), host.send(ORDERS, "po-8")]
    failed.append(host.put(ORDERS, "po-9", order(number="9")))

    assert [(one.status, one.last_error["category"]) for one in failed] == [("sync_failed", "out_of_sync")] * 3
    assert all("the vendor 's-1' is gone" in one.last_error["message"] for one in failed)
    assert all("under Mappings" in one.last_error["hint"] for one in failed)
    assert [row for row in host.books.entities("Vendor") if row["DisplayName"] == "Tannery Lane"] == []


def test_a_supplier_whose_vendor_was_merged_is_matched_by_hand_with_the_one_that_is_left(host):
    left = _merge_vendor(host)
    host.put(ORDERS, "po-8", order(number="8"))

    host.match(SUPPLIERS, "s-1", left)
    host.send(ORDERS, "po-8")

    assert host.became(ORDERS, "po-8")["VendorRef"]["value"] == left


def test_a_supplier_whose_match_is_taken_back_is_found_by_its_name_again(host):
    left = _merge_vendor(host)
    host.put(ORDERS, "po-8", order(number="8"))
    host.books.change("Vendor", left, DisplayName="Tannery Lane")

    host.unmatch(SUPPLIERS, "s-1")
    host.send(ORDERS, "po-8")

    assert host.became(ORDERS, "po-8")["VendorRef"]["value"] == left


def test_a_new_supplier_with_the_name_of_an_inactive_vendor_gets_no_second_one(host):
    gone = host.books.create("Vendor", DisplayName="Leather Guild")["Id"]
    host.books.change("Vendor", gone, Active=False)

    failed = host.put(ORDERS, "po-8", order(number="8", supplier={"id": "s-2", "name": "Leather Guild"}))

    assert failed.last_error["code"] == "inactive_in_quickbooks"
    assert "Leather Guild" in failed.last_error["message"]
    assert len([row for row in host.books.entities("Vendor") if "Leather Guild" in row["DisplayName"]]) == 1


def test_a_change_of_a_supplier_whose_vendor_was_merged_is_named_and_creates_no_second_vendor(host):
    host.put(SUPPLIERS, "s-9", {"name": "Old Tannery"})
    gone, left = host.became(SUPPLIERS, "s-9")["Id"], _vendor(host)[1]
    host.books.merge("Vendor", gone, left)

    failed = host.put(SUPPLIERS, "s-9", {"name": "Old Tannery", "phone": "555-0100"})

    assert failed.last_error["code"] == "deleted_in_quickbooks"
    assert "match it by hand" in failed.last_error["hint"]
    assert [row["DisplayName"] for row in host.books.entities("Vendor")].count("Old Tannery") == 0


# Deleted, voided, closed, edited


def test_an_order_that_was_deleted_is_named_and_not_made_again_until_a_person_says_so(host):
    first = host.became(ORDERS, "po-7")["Id"]
    host.books.delete("PurchaseOrder", first)

    failed = host.put(ORDERS, "po-7", order(memo="Soon"))
    still_failed = host.put(ORDERS, "po-7", order(memo="Sooner"))
    orders_before = host.books.entities("PurchaseOrder")
    sent = host.send(ORDERS, "po-7")

    assert failed.last_error["code"] == still_failed.last_error["code"] == "deleted_in_quickbooks"
    assert "Send it again by hand" in failed.last_error["hint"]
    assert orders_before == []
    assert sent.status == "synced", sent.last_error
    assert len(host.books.entities("PurchaseOrder")) == 1


def test_an_invoice_that_was_voided_is_named_and_counts_again_only_when_a_person_says_so(stack):
    host = stack.connect()
    host.put(INVOICES, "i-7", invoice())
    entity = host.became(INVOICES, "i-7")
    host.books.change("Invoice", entity["Id"], PrivateNote="Voided", TotalAmt=0)

    failed = host.put(INVOICES, "i-7", invoice(memo="Soon"))
    untouched = host.books.read("Invoice", entity["Id"])["PrivateNote"]
    sent = host.send(INVOICES, "i-7")

    assert failed.last_error["code"] == "voided_in_quickbooks"
    assert untouched == "Voided"
    assert sent.status == "synced", sent.last_error
    assert host.became(INVOICES, "i-7")["CustomerMemo"] == {"value": "Soon"}
    assert len(host.books.entities("Invoice")) == 1


def test_an_order_that_was_closed_is_named_and_changed_only_when_a_person_says_so(host):
    entity = host.became(ORDERS, "po-7")["Id"]
    host.books.change("PurchaseOrder", entity, ManuallyClosed=True)

    failed = host.put(ORDERS, "po-7", order(memo="Soon"))
    untouched = host.books.read("PurchaseOrder", entity)
    sent = host.send(ORDERS, "po-7")

    assert failed.last_error["code"] == "closed_in_quickbooks"
    assert "Memo" not in untouched or untouched["Memo"] == ""
    assert sent.status == "synced", sent.last_error
    assert host.became(ORDERS, "po-7")["Memo"] == "Soon"


def test_an_order_that_a_bookkeeper_has_copied_to_a_bill_is_named_when_it_changes(host):
    entity = host.became(ORDERS, "po-7")
    linked = [
        {**line, "LinkedTxn": [{"TxnId": entity["Id"], "TxnType": "PurchaseOrder", "TxnLineId": line["Id"]}]}
        for line in entity["Line"]
    ]
    lines = [{name: value for name, value in line.items() if name not in ("Id", "CustomExtensions")} for line in linked]
    host.books.create("Bill", VendorRef=entity["VendorRef"], Line=_floats(lines))

    failed = host.put(ORDERS, "po-7", order(memo="Soon"))

    assert failed.last_error["code"] == "closed_in_quickbooks"
    assert "Change the bill in QuickBooks" in failed.last_error["hint"]


def test_a_bill_of_an_order_that_was_deleted_is_told_the_way_out_and_linked_once_the_order_is_back(host):
    host.books.delete("PurchaseOrder", host.became(ORDERS, "po-7")["Id"])
    bill = {name: value for name, value in order().items() if name != "terms"} | {"purchase_order": "po-7"}

    failed = host.put("bills", "b-7", bill)
    host.put(ORDERS, "po-7", order(memo="Soon"))
    host.send(ORDERS, "po-7")
    sent = host.send("bills", "b-7")

    assert failed.last_error["code"] == "quickbooks_620"
    assert "send the other one again by hand" in failed.last_error["hint"]
    assert sent.status == "synced", sent.last_error
    assert host.became("bills", "b-7")["Line"][0]["LinkedTxn"][0]["TxnId"] == host.became(ORDERS, "po-7")["Id"]


def test_an_order_that_a_bookkeeper_has_edited_keeps_what_the_host_does_not_send(host):
    entity = host.became(ORDERS, "po-7")["Id"]
    host.books.change("PurchaseOrder", entity, FOB="Portland", Memo="Changed by the bookkeeper")

    host.put(ORDERS, "po-7", order(memo="Soon"))

    sent = host.became(ORDERS, "po-7")
    assert (sent["Id"], sent["FOB"], sent["Memo"]) == (entity, "Portland", "Soon")


def test_a_line_that_a_bookkeeper_has_added_goes_when_the_order_is_sent_again(host):
    entity = host.became(ORDERS, "po-7")
    detail = {"AccountRef": {"value": host.account("Bank Charges")}}
    added = {"Amount": 3, "DetailType": ACCOUNT, ACCOUNT: detail}
    host.books.change("PurchaseOrder", entity["Id"], Line=_floats([*entity["Line"], added]))

    host.put(ORDERS, "po-7", order(memo="Soon"))

    assert [line["Id"] for line in host.became(ORDERS, "po-7")["Line"]] == [line["Id"] for line in entity["Line"]]


def test_a_class_tracking_that_was_turned_off_is_told_with_the_way_out(host):
    host.books.prefer(AccountingInfoPrefs={"ClassTrackingPerTxnLine": False})
    host.look_again()

    failed = host.put(ORDERS, "po-7", order(memo="Soon"))

    assert (failed.last_error["category"], failed.last_error["code"]) == ("missing_configuration", "class_tracking_off")


def _floats(value: Any) -> Any:
    """JSON of what was read, numbers and all."""
    if isinstance(value, dict):
        return {name: _floats(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_floats(part) for part in value]
    return value if isinstance(value, str | bool | int | None) else float(value)


# A match that is taken back


@pytest.mark.parametrize("matched_meanwhile", [False, True])
def test_a_supplier_whose_match_was_taken_back_does_not_become_again_what_it_was_matched_with(
    stack: Stack, matched_meanwhile: bool
) -> None:
    """Intuit answers a repeated requestid with its first answer: the vendor that is another's by now."""
    host = stack.connect()
    host.put(SUPPLIERS, "s-1", {"name": "Acme Bolts"})
    first = host.became(SUPPLIERS, "s-1")
    host.books.change("Vendor", first["Id"], DisplayName="Somebody else")
    if matched_meanwhile:
        host.match(SUPPLIERS, "s-1", host.books.entities("Vendor")[0]["Id"])
    host.unmatch(SUPPLIERS, "s-1")

    host.send(SUPPLIERS, "s-1")

    vendor = host.became(SUPPLIERS, "s-1")
    assert (vendor["DisplayName"], vendor["Id"] == first["Id"]) == ("Acme Bolts", False)
    assert host.books.read("Vendor", first["Id"])["DisplayName"] == "Somebody else"
