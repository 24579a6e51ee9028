"""Bills: what a host may send, what they become, and which purchase order's lines they are for."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.connections import Features
from ledgerlink.domain.copy_to_bill import bill_of, copied_bill, is_to_be_copied
from ledgerlink.domain.documents import load_content, serialise
from ledgerlink.domain.fields import STORED
from ledgerlink.domain.links import EntityLink
from ledgerlink.domain.references import References
from ledgerlink.domain.roles import Role
from ledgerlink.domain.settings import Settings
from ledgerlink.domain.to_quickbooks.bill import translate_bill
from ledgerlink.domain.to_quickbooks.transactions import TransactionTranslation
from ledgerlink.errors import DocumentRejected, InvalidRequest, MissingConfiguration
from tests import canaries
from tests.unit.kinds.samples import (
    PER_DOCUMENT,
    PER_LINE,
    REFS,
    TODAY,
    bill,
    context,
    created,
    line_json,
    nuts_json,
    order,
    order_link,
    purchase_json,
    refused,
    translated,
    updated,
)

ORDER = ("purchase-orders", "po-7")
AS_BILLS = {"kinds": {"purchase-orders": {"entity": "Bill"}}}


def with_order(link: EntityLink | None = None) -> References:
    """All that is wanted, with the order that was pushed before."""
    return replace(REFS, documents={ORDER: link or order_link()})


def links(body: dict[str, Any]) -> list[str | None]:
    """The line of the order that each line is for."""
    return [line["LinkedTxn"][0]["TxnLineId"] if "LinkedTxn" in line else None for line in body["Line"]]


# what a host sends


def test_a_bill_is_stored_and_read_back_as_it_was() -> None:
    whole = bill(
        bill_date="2026-11-20",
        due_date="2026-12-20",
        terms="Net 30",
        purchase_order="po-7",
        lines=[line_json(purchase_order_line="l1")],
        **{"class": "North"},
    )

    assert load_content("bills", serialise(whole)) == whole


def test_lists_show_a_bills_number_and_supplier() -> None:
    assert bill().tags == {"number": "7", "supplier": canaries.SUPPLIER}


def test_a_line_that_names_an_orders_line_needs_the_order() -> None:
    fields = refused("bills", purchase_json(lines=[line_json(purchase_order_line="l1")]))

    assert fields[0]["problem"] == "a line has a purchase_order_line, but the bill no purchase_order"


@pytest.mark.parametrize("field", ["order_date", "expected_date", "ship_to"])
def test_what_only_an_order_has_is_refused(field: str) -> None:
    assert refused("bills", purchase_json(**{field: "2026-11-20"}))[0]["field"] == field


def test_a_bill_without_lines_and_positive_costs_has_nothing_to_send() -> None:
    assert "nothing to send" in refused("bills", purchase_json(lines=[], costs=[]))[0]["problem"]


# what it becomes


def test_a_bill_has_vendor_accounts_payable_dates_terms_and_our_number() -> None:
    body = created(translated(bill(bill_date="2026-11-20", due_date="2026-12-20", terms="Net 30")))

    header = {name: value for name, value in body.items() if name not in ("Line", "PrivateNote")}
    assert header == {
        "DocNumber": "7",
        "VendorRef": {"value": "58"},
        "APAccountRef": {"value": "33"},
        "TxnDate": "2026-11-20",
        "DueDate": "2026-12-20",
        "SalesTermRef": {"value": "3"},
    }


def test_reference_memo_and_marker_share_the_one_note_that_a_bill_has() -> None:
    body = created(translated(bill()))

    assert body["PrivateNote"] == f"REQ-12\n{canaries.MEMO}\nLedgerlink bills/d-1 822b33ad"
    assert "Memo" not in body


def test_a_long_memo_is_cut_before_the_marker() -> None:
    note = created(translated(bill(memo="m" * 4000)))["PrivateNote"]

    assert len(note) == 4000
    assert note.endswith("m\nLedgerlink bills/d-1 822b33ad")


def test_lines_and_costs_are_those_of_a_purchase_order() -> None:
    content = bill(lines=[line_json(), nuts_json(expense_account="6100")])

    body = created(translated(content))

    assert body["Line"] == created(translated(order(lines=[line_json(), nuts_json(expense_account="6100")])))["Line"]


def test_without_a_payables_account_quickbooks_chooses_it() -> None:
    without = replace(REFS, roles={Role.FEES: "80"})

    assert "APAccountRef" not in created(translated(bill()), without)


def test_currency_rate_and_taxes_are_sent_as_the_company_wants_them() -> None:
    content = bill(currency="EUR", exchange_rate="1.1", costs=[], lines=[line_json(tax_code="20% S")])

    body = created(translated(content, country="GB", home_currency="GBP", multicurrency=True))

    assert (body["CurrencyRef"], str(body["ExchangeRate"])) == ({"value": "EUR"}, "1.1")
    assert body["GlobalTaxCalculation"] == "TaxExcluded"


def test_a_bills_class_is_that_of_every_line_without_one() -> None:
    content = bill(lines=[line_json(**{"class": "South"}), nuts_json()], **{"class": "North"})

    body = created(translated(content, features=PER_LINE))

    assert [line[line["DetailType"]]["ClassRef"]["value"] for line in body["Line"]] == ["502", "501", "501"]


@pytest.mark.parametrize("features", [Features(), PER_DOCUMENT])
def test_a_bill_with_a_class_needs_classes_on_lines(features: Features) -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        translated(bill(**{"class": "North"}), features=features)

    assert refusal.value.code == "class_tracking_off"


@pytest.mark.parametrize("warns", [True, False])
def test_a_bills_number_is_unique_only_where_the_company_warns_of_duplicates(warns: bool) -> None:
    assert translated(bill(), features=Features(warns_of_duplicate_bill_numbers=warns)).is_unique == warns


def test_a_bill_in_another_currency_is_refused_where_the_company_keeps_one() -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        translated(bill(currency="EUR"))

    assert refusal.value.code == "multicurrency_off"


# links to the purchase order


def test_a_bill_of_an_order_wants_the_order_and_any_other_bill_none() -> None:
    assert translated(bill(purchase_order="po-7")).wanted().documents == {ORDER}
    assert translated(bill()).wanted().documents == frozenset()


def test_lines_are_linked_to_the_lines_that_they_name() -> None:
    content = bill(
        purchase_order="po-7",
        lines=[nuts_json(id="b1", purchase_order_line="l2"), line_json(id="b2", purchase_order_line="l1")],
        costs=[],
    )

    first = created(translated(content), with_order())["Line"][0]

    assert first["LinkedTxn"] == [{"TxnId": "125", "TxnType": "PurchaseOrder", "TxnLineId": "2"}]
    assert links(created(translated(content), with_order())) == ["2", "1"]


def test_a_line_that_names_none_stays_free_beside_one_that_does() -> None:
    lines = [line_json(id="l2", purchase_order_line="l1"), nuts_json(id="l1")]

    body = created(translated(bill(purchase_order="po-7", lines=lines, costs=[])), with_order())

    assert links(body) == ["1", None]


def test_a_bill_with_exactly_the_orders_lines_is_linked_to_each_of_them() -> None:
    body = created(translated(bill(purchase_order="po-7", lines=[nuts_json(), line_json()])), with_order())

    assert links(body) == ["2", "1", "3"]


def test_lines_without_ids_are_linked_by_position_if_there_are_as_many() -> None:
    known = order_link(line_ids={"line 0": "4", "line 1": "5"})
    content = bill(purchase_order="po-7", lines=[line_json(id=None), nuts_json(id=None)], costs=[])

    assert links(created(translated(content), with_order(known))) == ["4", "5"]


@pytest.mark.parametrize(
    "lines",
    [
        [line_json()],
        [line_json(), nuts_json(), nuts_json(id="l3")],
        [line_json(id="a"), nuts_json(id="b")],
        [line_json(id=None), nuts_json(id=None)],
    ],
    ids=["fewer", "more", "other ids", "no ids"],
)
def test_nothing_is_guessed_where_the_lines_are_not_exactly_the_orders(lines: list[dict[str, Any]]) -> None:
    body = created(translated(bill(purchase_order="po-7", lines=lines, costs=[])), with_order())

    assert links(body) == [None] * len(lines)


def test_a_cost_is_linked_to_the_orders_cost_of_the_same_place_and_name() -> None:
    costs = [{"name": "Freight", "amount": 5}, {"name": "Customs", "amount": 3}]

    body = created(translated(bill(purchase_order="po-7", lines=[line_json(id="x")], costs=costs)), with_order())

    assert links(body) == [None, "3", None]


def test_a_line_of_the_order_that_quickbooks_does_not_have_is_named() -> None:
    content = bill(purchase_order="po-7", lines=[line_json(purchase_order_line="l9")])

    with pytest.raises(DocumentRejected) as refusal:
        created(translated(content), with_order())

    assert refusal.value.code == "purchase_order_line_unknown"
    assert refusal.value.fields[0]["field"] == "lines[0].purchase_order_line"


@pytest.mark.parametrize(
    "changes",
    [{"entity": "Bill"}, {"deleted": True}, {"entity_id": None}, {"line_ids": {}}],
    ids=["sent as a bill", "deleted", "not there yet", "lines unknown"],
)
def test_a_bill_stands_alone_where_the_order_cannot_be_linked(changes: dict[str, Any]) -> None:
    content = bill(purchase_order="po-7", lines=[line_json(purchase_order_line="l1")])

    body = created(translated(content), with_order(order_link(**changes)))

    assert links(body) == [None, None]


def test_a_bill_of_an_order_that_was_never_pushed_stands_alone() -> None:
    assert links(created(translated(bill(purchase_order="po-7")))) == [None, None, None]


def test_an_update_keeps_links_and_line_ids() -> None:
    document = translated(bill(purchase_order="po-7"))
    known = document.line_ids_of({"Line": [{"Id": "1"}, {"Id": "2"}, {"Id": "3"}]})

    body = updated(document, with_order(), known)

    assert body["VendorRef"] == {"value": "58"}
    assert [line["Id"] for line in body["Line"]] == ["1", "2", "3"]
    assert links(body) == ["1", "2", "3"]


def test_a_second_bill_beside_an_order_that_is_sent_as_one_is_told() -> None:
    assert "second bill" in translated(bill(purchase_order="po-7"), settings=AS_BILLS).notes[0]
    assert translated(bill(), settings=AS_BILLS).notes == ()


# purchase orders as bills


def test_an_order_is_sent_as_a_bill_where_the_settings_say_so() -> None:
    document = translated(order(order_date="2026-11-20"), settings=AS_BILLS)

    body = created(document)

    assert (document.entity, document.number, body["TxnDate"]) == ("Bill", "PO-7", "2026-11-20")
    assert body["PrivateNote"].endswith("Ledgerlink purchase-orders/d-1 822b33ad")
    assert body["Line"] == created(translated(order()))["Line"]
    assert document.wanted().documents == frozenset()


def test_what_a_bill_has_no_place_for_is_told() -> None:
    shipped = order(expected_date="2026-12-01", ship_to={"city": "Kyiv"})

    assert "were left out" in translated(shipped, settings=AS_BILLS).notes[0]
    assert translated(order(), settings=AS_BILLS).notes == ()


def test_an_order_that_was_stored_before_names_had_to_be_single_lines_becomes_a_bill() -> None:
    stored = type(order()).model_validate(purchase_json(supplier={"id": "s-1", "name": "Amy's\nShop"}), context=STORED)

    assert bill_of(stored).supplier.name == "Amy's\nShop"


def test_an_order_with_too_long_a_number_is_refused_as_a_bill_too() -> None:
    with pytest.raises(InvalidRequest):
        translated(order(number="1" * 19), settings=AS_BILLS)


# copy to bill


def test_a_copied_bill_is_linked_to_every_line_and_cost_of_the_order() -> None:
    copy = copied_bill(order(order_date="2026-01-02"), "po-7")

    body = created(translate_bill(copy, context()), with_order())

    assert links(body) == ["1", "2", "3"]
    assert body["TxnDate"] == TODAY.isoformat()


def test_a_copied_bill_of_an_order_without_line_ids_is_linked_by_position() -> None:
    plain = order(lines=[line_json(id=None), nuts_json()])
    document = translated(plain)
    assert isinstance(document, TransactionTranslation)
    ids = dict(zip(document.line_keys(), ["4", "5", "6"], strict=True))

    body = created(translate_bill(copied_bill(plain, "po-7"), context()), with_order(order_link(line_ids=ids)))

    assert links(body) == ["4", "5", "6"]


@pytest.mark.parametrize(
    ("settings", "status", "expected"),
    [
        ({}, "delivered", False),
        ({"copy_to_bill_when": ["Delivered"]}, "delivered", True),
        ({"copy_to_bill_when": ["delivered"]}, "DELIVERED", True),
        ({"copy_to_bill_when": ["delivered"]}, "open", False),
        ({"copy_to_bill_when": ["delivered"]}, "", False),
        ({"copy_to_bill_when": ["saved"]}, "open", True),
        ({"copy_to_bill_when": ["delivered"], "entity": "Bill"}, "delivered", False),
    ],
)
def test_an_order_is_copied_in_the_chosen_statuses_only(settings: dict[str, Any], status: str, expected: bool) -> None:
    chosen = Settings.model_validate({"kinds": {"purchase-orders": settings}})

    assert is_to_be_copied(order(status=status), chosen) is expected


# whatever is sent, QuickBooks takes it

LINES = st.lists(
    st.builds(
        lambda quantity, cost, account, target: line_json(
            id=None, quantity=quantity, unit_cost=cost, expense_account=account, purchase_order_line=target
        ),
        st.decimals("0.00001", 10**4, places=5, allow_nan=False),
        st.decimals(0, 10**5, places=7, allow_nan=False).map("{:f}".format),
        st.sampled_from([None, "6100"]),
        st.sampled_from([None, "l1", "l2"]),
    ),
    min_size=1,
    max_size=4,
)
COSTS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=9).filter(str.strip),
            "amount": st.decimals(-(10**9), 10**9, places=2, allow_nan=False).map("{:f}".format),
        }
    ),
    max_size=2,
)


@given(LINES, COSTS, st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=50), st.booleans())
def test_every_body_of_a_bill_is_one_that_quickbooks_takes(
    lines: list[dict[str, Any]], costs: list[dict[str, Any]], memo: str, linked: bool
) -> None:
    document = translated(bill(purchase_order="po-7", lines=lines, costs=costs, memo=memo))
    refs = with_order() if linked else REFS

    assert len(created(document, refs)["Line"]) == len(lines) + len(costs)
    assert len(updated(document, refs)["Line"]) == len(lines) + len(costs)
