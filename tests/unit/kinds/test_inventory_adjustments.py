"""Inventory adjustments: what a host may send, and what they become with and without inventory in QuickBooks."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.connections import Features
from ledgerlink.domain.documents import load_content, serialise
from ledgerlink.domain.translation import Lookup
from ledgerlink.errors import DocumentRejected, InvalidRequest, MissingConfiguration
from tests.unit.kinds.samples import (
    PER_DOCUMENT,
    PER_LINE,
    REFS,
    TODAY,
    adjustment,
    created,
    line_json,
    nuts_json,
    refused,
    translated,
    updated,
)

STOCKED = Features(has_inventory=True)


def postings(body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Side, account and amount of each line of a journal entry."""
    details = [(line["JournalEntryLineDetail"], line["Amount"]) for line in body["Line"]]
    return [(detail["PostingType"], detail["AccountRef"]["value"], str(amount)) for detail, amount in details]


# what a host sends


def test_an_adjustment_is_stored_and_read_back_as_it_was() -> None:
    whole = adjustment(adjustment_date="2026-11-20", memo="Broken", account="6100", **{"class": "North"})

    assert load_content("inventory-adjustments", serialise(whole)) == whole


def test_lists_show_an_adjustments_number() -> None:
    assert adjustment().tags == {"number": "3"}


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (line_json(quantity=0), "lines[0]"),
        (line_json(quantity="5"), "lines[0].quantity"),
        (line_json(quantity=True), "lines[0].quantity"),
        (line_json(unit_cost=-1), "lines[0].unit_cost"),
        (line_json(quantity=-(10**6), unit_cost=10**4), "lines[0]"),
        (line_json(sku=None, name=None), "lines[0]"),
        (line_json(currency="USD"), "lines[0].currency"),
        (line_json(tax_code="TAX"), "lines[0].tax_code"),
    ],
)
def test_a_line_that_cannot_be_posted_is_refused_by_its_path(line: dict[str, Any], path: str) -> None:
    assert refused("inventory-adjustments", {"number": "3", "lines": [line]})[0]["field"] == path


@pytest.mark.parametrize("lines", [[], [line_json(), line_json()]], ids=["none", "two with one id"])
def test_lines_have_to_be_there_and_to_be_told_apart(lines: list[dict[str, Any]]) -> None:
    with pytest.raises(InvalidRequest):
        adjustment(lines=lines)


# where QuickBooks keeps stock


def test_a_company_in_the_us_with_inventory_gets_an_inventory_adjustment() -> None:
    document = translated(adjustment(adjustment_date="2026-11-20"), features=STOCKED)

    assert (document.entity, document.number, document.is_unique) == ("InventoryAdjustment", "ADJ-3", False)
    assert document.lookups == (Lookup("DocNumber", "ADJ-3"),)
    assert document.notes == ()
    assert created(document) == {
        "DocNumber": "ADJ-3",
        "TxnDate": "2026-11-20",
        "PrivateNote": "Counted\nLedgerlink inventory-adjustments/d-1 822b33ad",
        "AdjustAccountRef": {"value": "82"},
        "Line": [
            {
                "DetailType": "ItemAdjustmentLineDetail",
                "ItemAdjustmentLineDetail": {"ItemRef": {"value": "11"}, "QtyDiff": Decimal(-5)},
            },
            {
                "DetailType": "ItemAdjustmentLineDetail",
                "ItemAdjustmentLineDetail": {"ItemRef": {"value": "12"}, "QtyDiff": Decimal(2)},
            },
        ],
    }


def test_an_inventory_adjustment_wants_its_products_and_the_account_for_adjustments() -> None:
    wanted = translated(adjustment(), features=STOCKED).wanted()

    assert set(wanted.products) == {"sku:BOLT-8", "sku:NUT-8"}
    assert not any(product.bought for product in wanted.products.values())
    assert {role.value for role in wanted.roles} == {"adjustments"}


@pytest.mark.parametrize("features", [STOCKED, Features()], ids=["adjustment", "journal"])
def test_a_named_account_takes_the_place_of_the_one_for_adjustments(features: Features) -> None:
    document = translated(adjustment(account="6100"), features=features)

    assert document.wanted().accounts == {"6100"}
    assert "adjustments" not in {role.value for role in document.wanted().roles}
    assert "{'value': '61'}" in str(created(document))


@pytest.mark.parametrize("features", [STOCKED, Features()], ids=["adjustment", "journal"])
def test_an_undated_adjustment_is_of_today_and_stays_on_its_day_when_it_is_updated(features: Features) -> None:
    document = translated(adjustment(), features=features)

    assert created(document)["TxnDate"] == TODAY.isoformat()
    assert "TxnDate" not in updated(document)


def test_an_update_of_an_inventory_adjustment_keeps_its_lines() -> None:
    document = translated(adjustment(), features=STOCKED)
    known = document.line_ids_of({"Line": [{"Id": "1"}, {"Id": "2"}]})

    assert [line["Id"] for line in updated(document, line_ids=known)["Line"]] == ["1", "2"]


@pytest.mark.parametrize("country", ["US", "GB"], ids=["adjustment", "journal"])
def test_classes_are_on_every_line_its_own_or_the_documents(country: str) -> None:
    lines = [line_json(quantity=-5, **{"class": "South"}), nuts_json(quantity=2)]
    content = adjustment(lines=lines, **{"class": "North"})

    document = translated(content, features=PER_LINE, country=country)

    body = created(document)
    sent = [line[line["DetailType"]]["ClassRef"]["value"] for line in body["Line"]]
    assert document.wanted().classes == {"North", "South"}
    assert sent == (["502", "501"] if country == "US" else ["502", "502", "501", "501"])


@pytest.mark.parametrize("features", [Features(), STOCKED, PER_DOCUMENT])
def test_a_class_is_refused_where_lines_have_none(features: Features) -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        translated(adjustment(**{"class": "North"}), features=features)

    assert refusal.value.code == "class_tracking_off"


@pytest.mark.parametrize("stocked", [True, False])
def test_an_adjustment_of_today_in_closed_books_is_refused(stocked: bool) -> None:
    with pytest.raises(DocumentRejected) as refusal:
        translated(adjustment(), features=Features(has_inventory=stocked, books_closed_until=TODAY))

    assert refusal.value.code == "books_closed"


# where it does not


@pytest.mark.parametrize(
    ("country", "features"), [("US", Features()), ("GB", STOCKED)], ids=["no inventory", "not in the US"]
)
def test_any_other_company_gets_a_journal_entry_and_is_told_that_quantities_stay(
    country: str, features: Features
) -> None:
    document = translated(adjustment(), features=features, country=country)

    assert (document.entity, document.number, document.is_unique) == ("JournalEntry", "ADJ-3", False)
    assert "quantities in QuickBooks do not" in document.notes[0]
    assert document.wanted().products == {}


def test_what_was_lost_is_taken_off_the_asset_and_what_was_found_is_put_on_it() -> None:
    body = created(translated(adjustment()))

    assert postings(body) == [
        ("Credit", "81", "6.25"),
        ("Debit", "82", "6.25"),
        ("Debit", "81", "0.20"),
        ("Credit", "82", "0.20"),
    ]
    assert body["Line"][0]["Description"] == "-5 × Bolt M8"
    assert body["Line"][2]["Description"] == "+2 × Nut M8"


def test_a_journal_entry_bears_our_marker_and_is_dated() -> None:
    body = created(translated(adjustment(adjustment_date="2026-11-20", memo="Broken")))

    assert body["TxnDate"] == "2026-11-20"
    assert body["PrivateNote"] == "Counted\nBroken\nLedgerlink inventory-adjustments/d-1 822b33ad"
    assert "GlobalTaxCalculation" not in body


def test_outside_the_us_a_journal_entry_says_that_it_has_no_tax() -> None:
    assert created(translated(adjustment(), country="GB"))["GlobalTaxCalculation"] == "NotApplicable"


def test_a_journal_entry_needs_the_unit_cost_of_every_line() -> None:
    lines = [line_json(), nuts_json(unit_cost=None), line_json(id="l3", unit_cost=None)]

    with pytest.raises(DocumentRejected) as refusal:
        translated(adjustment(lines=lines))

    assert refusal.value.code == "unit_cost_missing"
    assert refusal.value.message.startswith("Line 2 ")
    assert [field["field"] for field in refusal.value.fields] == ["lines[1].unit_cost", "lines[2].unit_cost"]


def test_of_a_thousand_lines_without_a_unit_cost_the_first_twenty_are_named() -> None:
    lines = [line_json(id=f"l{number}", unit_cost=None) for number in range(1000)]

    with pytest.raises(DocumentRejected) as refusal:
        translated(adjustment(lines=lines))

    assert [field["field"] for field in refusal.value.fields] == [f"lines[{n}].unit_cost" for n in range(20)]


def test_an_inventory_adjustment_needs_no_unit_cost() -> None:
    created(translated(adjustment(lines=[line_json(unit_cost=None)]), features=STOCKED))


@pytest.mark.parametrize("worthless", [line_json(unit_cost=0), line_json(quantity=1, unit_cost="0.004")])
def test_a_journal_entry_without_any_value_is_refused(worthless: dict[str, Any]) -> None:
    with pytest.raises(DocumentRejected) as refusal:
        translated(adjustment(lines=[worthless]))

    assert refusal.value.code == "nothing_to_post"


def test_a_line_without_value_is_not_posted_beside_one_that_has_some() -> None:
    document = translated(adjustment(lines=[line_json(unit_cost=0), nuts_json(quantity=2)]))

    assert [amount for _, _, amount in postings(created(document))] == ["0.20", "0.20"]
    assert set(document.line_ids_of({"Line": [{"Id": "0"}, {"Id": "1"}]}).values()) == {"0", "1"}


def test_the_lines_of_a_journal_entry_keep_their_ids_when_a_loss_becomes_a_find() -> None:
    lost, found = (translated(adjustment(lines=[line_json(quantity=n)])) for n in (-5, 5))
    known = lost.line_ids_of({"Line": [{"Id": "0"}, {"Id": "1"}]})

    body = updated(found, line_ids=known)

    assert [line["Id"] for line in body["Line"]] == ["0", "1"]
    assert postings(body) == [("Debit", "81", "6.25"), ("Credit", "82", "6.25")]


@pytest.mark.parametrize("features", [STOCKED, Features()], ids=["adjustment", "journal"])
def test_only_our_own_entry_is_ever_taken_for_the_adjustment(features: Features) -> None:
    document = translated(adjustment(), features=features)
    ours = {"DocNumber": "ADJ-3", "PrivateNote": "Ledgerlink inventory-adjustments/d-1 822b33ad"}

    assert document.is_ours(ours)
    assert not document.may_be_adopted({"DocNumber": "ADJ-3"}, REFS)


# whatever is sent, QuickBooks takes it

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)
LINES = st.lists(
    st.builds(
        lambda quantity, cost, text: line_json(id=None, quantity=quantity, unit_cost=cost, description=text),
        st.decimals(-(10**4), 10**4, places=5, allow_nan=False).filter(bool),
        st.decimals(0, 10**5, places=7, allow_nan=False).map("{:f}".format),
        TEXT | st.just("x" * 4000),
    ),
    min_size=1,
    max_size=4,
)


@given(LINES, TEXT, st.booleans())
def test_every_body_of_an_adjustment_is_one_that_quickbooks_takes(
    lines: list[dict[str, Any]], reason: str, stocked: bool
) -> None:
    content = adjustment(lines=[*lines, nuts_json()], reason=reason)

    document = translated(content, features=Features(has_inventory=stocked))

    assert updated(document)["Line"] == created(document)["Line"]


@given(LINES)
def test_a_journal_entry_always_balances(lines: list[dict[str, Any]]) -> None:
    body = created(translated(adjustment(lines=[*lines, nuts_json()])))

    sums = {"Debit": Decimal(0), "Credit": Decimal(0)}
    for side, _, amount in postings(body):
        sums[side] += Decimal(amount)
    assert sums["Debit"] == sums["Credit"] > 0
