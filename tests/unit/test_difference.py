"""What an update would change: only what is sent, lines by their identity."""

from decimal import Decimal
from typing import Any

from ledgerlink.domain.difference import Change, difference


def line(line_id: str | None, **fields: Any) -> dict[str, Any]:
    return ({"Id": line_id} if line_id else {}) | fields


def test_the_same_again_is_no_difference() -> None:
    now = {"Id": "7", "SyncToken": "3", "Memo": "Call first", "Line": [line("1", Amount=Decimal("12.50"))]}

    found = difference(now, {"Id": "7", "SyncToken": "2", "sparse": True, **{k: now[k] for k in ("Memo", "Line")}})

    assert found == []


def test_a_field_that_changes_is_told_as_it_is_and_as_it_would_be() -> None:
    found = difference({"Memo": "Call first"}, {"Memo": "Ring twice"})

    assert found == [Change("Memo", "Call first", "Ring twice")]


def test_what_is_not_sent_is_not_compared() -> None:
    found = difference({"Memo": "x", "TotalAmt": 5, "CustomField": []}, {"Memo": "x"})

    assert found == []


def test_a_reference_is_compared_by_its_id_and_shown_with_its_name() -> None:
    now = {"VendorRef": {"value": "1", "name": "Acme"}, "ClassRef": {"value": "4", "name": "East"}}

    found = difference(now, {"VendorRef": {"value": "1"}, "ClassRef": {"value": "5"}})

    assert found == [Change("ClassRef", {"value": "4", "name": "East"}, {"value": "5"})]


def test_of_an_object_the_parts_that_are_sent_are_compared() -> None:
    now = {"VendorAddr": {"Id": "9", "Line1": "1 High St", "City": "London"}}

    found = difference(now, {"VendorAddr": {"Line1": "2 High St", "City": "London"}})

    assert found == [Change("VendorAddr.Line1", "1 High St", "2 High St")]


def test_something_that_quickbooks_does_not_have_yet_is_new() -> None:
    found = difference({}, {"DueDate": "2026-12-01", "ShipAddr": {"Line1": "1 High St"}})

    assert found == [
        Change("DueDate", None, "2026-12-01"),
        Change("ShipAddr", None, {"Line1": "1 High St"}),
    ]


def test_nothing_and_an_empty_text_are_the_same() -> None:
    assert difference({}, {"Memo": ""}) == []
    assert difference({"Memo": None}, {"Memo": ""}) == []


def test_an_emptied_text_is_a_change() -> None:
    assert difference({"Memo": "x"}, {"Memo": ""}) == [Change("Memo", "x", "")]


def test_numbers_are_compared_by_their_value() -> None:
    now = {"Qty": Decimal("2.0"), "Rate": 3, "Billable": True}

    found = difference(now, {"Qty": 2, "Rate": Decimal("3.1"), "Billable": False})

    assert found == [Change("Rate", 3, Decimal("3.1")), Change("Billable", True, False)]


def test_lines_are_matched_by_their_id_whatever_their_order() -> None:
    now = {"Line": [line("1", Amount=1), line("2", Amount=2)]}

    found = difference(now, {"Line": [line("2", Amount=2), line("1", Amount=5)]})

    assert found == [Change("Line[1].Amount", 1, 5)]


def test_a_line_without_an_id_is_new_and_one_that_is_not_sent_would_be_removed() -> None:
    now = {"Line": [line("1", Amount=1), line("2", Amount=2)]}

    found = difference(now, {"Line": [line("1", Amount=1), line(None, Amount=9)]})

    assert found == [
        Change("Line[new 2]", None, {"Amount": 9}),
        Change("Line[2]", {"Id": "2", "Amount": 2}, None),
    ]


def test_a_subtotal_that_quickbooks_adds_by_itself_is_not_removed() -> None:
    now = {"Line": [line("1", Amount=1), {"Amount": 1, "DetailType": "SubTotalLineDetail"}]}

    assert difference(now, {"Line": [line("1", Amount=1)]}) == []


def test_a_detail_of_a_line_is_compared_deeply() -> None:
    now = {"Line": [line("1", Detail={"ItemRef": {"value": "5", "name": "Bolt"}, "Qty": 2, "BillableStatus": "No"})]}

    found = difference(now, {"Line": [line("1", Detail={"ItemRef": {"value": "5"}, "Qty": 3})]})

    assert found == [Change("Line[1].Detail.Qty", 2, 3)]


def test_a_list_other_than_lines_is_compared_whole() -> None:
    now = {"LinkedTxn": [{"TxnId": "4", "TxnType": "PurchaseOrder"}]}

    same = difference(now, {"LinkedTxn": [{"TxnId": "4"}]})
    other = difference(now, {"LinkedTxn": [{"TxnId": "4"}, {"TxnId": "5"}]})

    assert same == []
    assert [change.path for change in other] == ["LinkedTxn"]
