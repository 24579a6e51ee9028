"""What is refused before it is sent, and in which words."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.errors import DocumentRejected
from ledgerlink.quickbooks.check_body import Operation, check_body
from ledgerlink.quickbooks.fields import ENTITIES
from tests.unit.quickbooks.bodies import SMALLEST, adjustment_line, body_of, item_line, posting, ref, sales_line
from tests.unit.quickbooks.scripted import Answer, company_with


def refusal(entity: str, body: dict[str, Any], operation: str = "create") -> DocumentRejected:
    with pytest.raises(DocumentRejected) as caught:
        check_body(entity, body, operation)
    return caught.value


@pytest.mark.parametrize("entity", sorted(ENTITIES))
def test_the_smallest_body_of_each_entity_passes(entity):
    check_body(entity, body_of(entity), "create")
    update = {"Id": "1", "SyncToken": "0", "sparse": True, "VendorRef": ref("56")} if entity == "Bill" else None
    check_body(entity, update or {"Id": "1", "SyncToken": "0", "sparse": True}, "update")


@pytest.mark.parametrize(
    ("entity", "field"),
    [(entity, field) for entity, body in SMALLEST.items() for field in body if field != "ExpenseAccountRef"],
)
def test_a_missing_field_is_named(entity, field):
    error = refusal(entity, body_of(entity, **{field: None}))

    assert field in [problem["field"] for problem in error.fields]
    assert error.code == "field_not_accepted"


@pytest.mark.parametrize(
    ("entity", "change", "field", "words"),
    [
        ("PurchaseOrder", {"DocNumber": "9" * 22}, "DocNumber", "number has 22 characters, and QuickBooks takes 21"),
        ("PurchaseOrder", {"PrivateNote": "x" * 4001}, "PrivateNote", "internal memo has 4001 characters"),
        ("PurchaseOrder", {"TxnDate": "21.11.2026"}, "TxnDate", "date is no date"),
        ("PurchaseOrder", {"TxnDate": "2026-02-30"}, "TxnDate", "date is no date"),
        ("PurchaseOrder", {"POStatus": "Draft"}, "POStatus", "status is none of Closed, Open"),
        ("PurchaseOrder", {"POEmail": {"Address": "nobody"}}, "POEmail.Address", "is no e-mail address"),
        ("PurchaseOrder", {"Memo": "a\x07b"}, "Memo", "characters that cannot be shown"),
        ("PurchaseOrder", {"Memo": "half \ud83d"}, "Memo", "characters that cannot be shown"),
        ("PurchaseOrder", {"VendorRef": ref(" ")}, "VendorRef.value", "vendor is missing"),
        ("PurchaseOrder", {"ShipAddr": {"Line1": "x" * 501}}, "ShipAddr.Line1", "shipping address: line 1 has 501"),
        ("PurchaseOrder", {"Line": []}, "Line", "lines are missing"),
        (
            "PurchaseOrder",
            {"Line": [item_line(), item_line(Description="x" * 4001)]},
            "Line[1].Description",
            "line 2, description has 4001 characters",
        ),
        ("PurchaseOrder", {"Line": [item_line(Amount=Decimal("1E+15"))]}, "Line[0].Amount", "line 1, amount has more"),
        ("Vendor", {"DisplayName": "A: B"}, "DisplayName", "name has colons"),
        ("Vendor", {"DisplayName": "A\tB\nC"}, "DisplayName", "tabs and line breaks"),
        ("Vendor", {"DisplayName": "x" * 501}, "DisplayName", "500"),
        ("Vendor", {"DisplayName": ""}, "DisplayName", "name is missing"),
        ("Vendor", {"PrimaryPhone": {"FreeFormNumber": "1" * 31}}, "PrimaryPhone.FreeFormNumber", "phone: number"),
        ("Item", {"Name": ""}, "Name", "name is empty"),
        ("Item", {"Name": "x" * 101}, "Name", "QuickBooks takes 100"),
        ("Item", {"Type": "Group"}, "Type", "type is none of Category, Inventory"),
        ("Item", {"PurchaseCost": Decimal(10) ** 11}, "PurchaseCost", "99,999,999,999"),
        ("Item", {"Type": "Inventory"}, "InvStartDate", "QuickBooks needs it for the type Inventory"),
        ("Account", {"Name": 'The "A" account'}, "Name", "quotation marks"),
        ("Account", {"AccountType": None}, "AccountType", "account type is missing"),
        ("Invoice", {"CustomerMemo": {"value": "x" * 1001}}, "CustomerMemo.value", "message to the customer"),
        (
            "Invoice",
            {"Line": [{name: value for name, value in sales_line().items() if name != "Amount"}]},
            "Line[0].Amount",
            "line 1, amount is missing",
        ),
        ("JournalEntry", {"Line": [posting("Left")]}, "Line[0].JournalEntryLineDetail.PostingType", "side is none of"),
        ("JournalEntry", {"Line": [posting("Debit") | {"Amount": Decimal(-1)}]}, "Line[0].Amount", "less than 0"),
        (
            "InventoryAdjustment",
            {"Line": [{"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": {"ItemRef": ref("5")}}]},
            "Line[0].ItemAdjustmentLineDetail.QtyDiff",
            "change in quantity is missing",
        ),
    ],
)
def test_a_value_that_quickbooks_would_not_take_is_named_in_a_bookkeepers_words(entity, change, field, words):
    error = refusal(entity, body_of(entity, **change))

    assert field in [problem["field"] for problem in error.fields]
    assert words in error.message
    assert error.category == "validation"


@pytest.mark.parametrize(
    ("entity", "change", "field"),
    [
        ("Vendor", {"Shoe": 1}, "Shoe"),
        ("Vendor", {"Balance": Decimal(1)}, "Balance"),
        ("PurchaseOrder", {"TotalAmt": Decimal(1)}, "TotalAmt"),
        ("PurchaseOrder", {"MetaData": {}}, "MetaData"),
        ("PurchaseOrder", {"ExchangeRate": 1.5}, "ExchangeRate"),
        ("PurchaseOrder", {"ExchangeRate": Decimal("NaN")}, "ExchangeRate"),
        ("PurchaseOrder", {"ExchangeRate": True}, "ExchangeRate"),
        ("PurchaseOrder", {"VendorRef": "56"}, "VendorRef"),
        ("PurchaseOrder", {"Line": {}}, "Line"),
        ("PurchaseOrder", {"Line": ["x"]}, "Line[0]"),
        ("PurchaseOrder", {"Line": [{"DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}]}, ".DetailType"),
        ("PurchaseOrder", {"Line": [item_line(SalesItemLineDetail={})]}, "SalesItemLineDetail"),
        ("PurchaseOrder", {"Line": [item_line(ItemBasedExpenseLineDetail=7)]}, "ItemBasedExpenseLineDetail"),
        ("PurchaseOrder", {"Line": [{"DetailType": "ItemBasedExpenseLineDetail", "Amount": 1}]}, "LineDetail"),
        ("PurchaseOrder", {"Line": [{"DetailType": []}]}, "DetailType"),
        ("PurchaseOrder", {"ShipAddr": {"Lat": "1"}}, "ShipAddr.Lat"),
        ("PurchaseOrder", {"Memo": 7}, "Memo"),
        ("Customer", {"Job": "yes"}, "Job"),
        ("Vendor", {"Id": "1"}, "Id"),
        ("InventoryAdjustment", {"Line": [adjustment_line(QtyDiff="2")]}, "QtyDiff"),
    ],
)
def test_what_the_document_cannot_be_blamed_for_is_our_fault(entity, change, field):
    error = refusal(entity, body_of(entity, **change))

    assert error.code == "body_not_understood"
    assert "fault in Ledgerlink" in error.hint
    assert any(field in problem["field"] for problem in error.fields)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"Id": "1"},
        {"Id": "1", "SyncToken": "0"},
        {"Id": "1", "SyncToken": "0", "sparse": False},
        {"Id": "1", "SyncToken": "0", "sparse": True, "CurrencyRef": ref("EUR")},
    ],
)
def test_an_update_that_would_empty_fields_or_cannot_be_is_our_fault(body):
    assert refusal("Vendor", body, "update").code == "body_not_understood"


def test_an_update_checks_what_it_holds_and_misses_nothing_else():
    change = {"Id": "1", "SyncToken": "0", "sparse": True, "DocNumber": "9" * 22}

    error = refusal("PurchaseOrder", change, "update")

    assert [problem["field"] for problem in error.fields] == ["DocNumber"]


def test_an_update_of_a_bill_names_its_vendor_again():
    error = refusal("Bill", {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "Paid"}, "update")

    assert [problem["field"] for problem in error.fields] == ["VendorRef"]


def test_every_problem_is_told_at_once_and_the_sentence_stays_short():
    lines = [item_line(Description="x" * 4001) for _ in range(9)]

    error = refusal("PurchaseOrder", body_of("PurchaseOrder", Line=lines))

    assert len(error.fields) == 9
    assert "and 6 more" in error.message


@pytest.mark.parametrize("value", ["0", "0E-20", "1E+3", "123456789012345", "-0.0000001", "1.50000000000"])
def test_numbers_are_counted_as_they_are_written_without_zeros_at_the_end(value):
    check_body("PurchaseOrder", body_of("PurchaseOrder", ExchangeRate=Decimal(value)), "create")


@pytest.mark.parametrize("value", ["1E+15", "1234567890123456", "0.00000001", "12345678901.12345", "1E-400000"])
def test_numbers_with_too_many_digits_are_refused(value):
    error = refusal("PurchaseOrder", body_of("PurchaseOrder", ExchangeRate=Decimal(value)))

    assert error.fields[0]["field"] == "ExchangeRate"


def test_only_transactions_can_be_deleted_and_only_some_be_voided():
    for entity in ("Vendor", "Item", "Account"):
        with pytest.raises(ValueError):
            check_body(entity, {"Id": "1", "SyncToken": "0"}, Operation.DELETE)
    with pytest.raises(ValueError):
        check_body("PurchaseOrder", {"Id": "1", "SyncToken": "0"}, Operation.VOID)
    check_body("PurchaseOrder", {"Id": "1", "SyncToken": "0"}, Operation.DELETE)
    assert refusal("Bill", {"Id": "1"}, "delete").code == "body_not_understood"
    assert refusal("Bill", {"Id": "1", "SyncToken": "0", "DocNumber": "1"}, "delete").code == "body_not_understood"


def test_an_entity_that_we_do_not_write_is_refused():
    with pytest.raises(ValueError):
        check_body("Shoe", {}, "create")


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=10) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(ENTITIES)), st.data())
def test_any_value_in_any_field_is_accepted_or_refused_by_name(entity, data):
    field = data.draw(st.sampled_from(sorted(ENTITIES[entity].fields)))
    body = body_of(entity) | {field: data.draw(json_like)}

    try:
        check_body(entity, body, "create")
    except DocumentRejected as error:
        assert error.fields


def test_nothing_is_sent_that_quickbooks_would_not_take():
    company, adapter, _ = company_with()

    with pytest.raises(DocumentRejected):
        company.create("Vendor", {"DisplayName": "A:B"}, "request-1")
    with pytest.raises(DocumentRejected):
        company.update("Vendor", {"Id": "1", "SyncToken": "0", "Shoe": 1}, "request-1")

    assert (adapter.requests, company.calls) == ([], 0)


def test_a_transaction_is_deleted_by_id_and_sync_token():
    answer = Answer(body={"PurchaseOrder": {"status": "Deleted", "domain": "QBO", "Id": "125"}})
    company, adapter, _ = company_with(answer)

    company.delete("PurchaseOrder", "125", "3", "request-1")

    (request,) = adapter.requests
    assert "/purchaseorder?operation=delete&requestid=request-1" in request.url
    assert request.body == b'{"Id":"125","SyncToken":"3"}'


@pytest.mark.parametrize(
    ("entity", "query"), [("Invoice", "operation=void&"), ("SalesReceipt", "operation=update&include=void&")]
)
def test_a_voided_transaction_comes_back_as_it_is_then(entity, query):
    company, adapter, _ = company_with(Answer(body={entity: {"Id": "264", "SyncToken": "1", "TotalAmt": 0}}))

    voided = company.void(entity, "264", "0", "request-1")

    assert voided["SyncToken"] == "1"
    assert f"/{entity.lower()}?{query}requestid=request-1" in adapter.requests[0].url


def test_what_cannot_be_deleted_or_voided_is_not_sent():
    company, adapter, _ = company_with()

    with pytest.raises(ValueError):
        company.delete("Vendor", "1", "0", "request-1")
    with pytest.raises(ValueError):
        company.void("PurchaseOrder", "1", "0", "request-1")

    assert adapter.requests == []
