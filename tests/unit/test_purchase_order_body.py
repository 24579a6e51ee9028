"""A purchase order in QuickBooks' words."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.money import multiply
from ledgerlink.domain.purchase_order_body import (
    References,
    create_body,
    line_ids_of,
    marked_documents,
    update_body,
    usable_email,
)
from ledgerlink.errors import MissingConfiguration
from tests import canaries
from tests.unit.orders import connection, line_json, order

REFS = References(
    vendor_id="58",
    accounts_payable_id="33",
    purchases_account_id="80",
    item_ids={"BOLT-8": "11", "NUT-8": "12"},
    account_ids={"6100": "61"},
)


def body(refs: References = REFS, company: Any = None, **changes: Any) -> dict[str, Any]:
    return dict(create_body(order(**changes), "po-7", refs, company or connection()))


def test_the_header_names_vendor_accounts_payable_and_our_number() -> None:
    header = body()

    assert header["DocNumber"] == "PO-7"
    assert header["VendorRef"] == {"value": "58"}
    assert header["APAccountRef"] == {"value": "33"}
    assert header["Memo"] == canaries.MEMO


def test_a_product_becomes_an_item_line() -> None:
    first = body(lines=[line_json(quantity=3, unit_cost="0.335", description="Zinc")])["Line"][0]

    assert first == {
        "DetailType": "ItemBasedExpenseLineDetail",
        "Amount": Decimal("1.01"),
        "Description": "Zinc",
        "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "11"}, "Qty": Decimal(3), "UnitPrice": Decimal("0.335")},
    }


def test_a_line_with_an_expense_account_becomes_an_account_line() -> None:
    first = body(lines=[line_json(expense_account="6100", quantity=2, unit_cost="1.25")])["Line"][0]

    assert first == {
        "DetailType": "AccountBasedExpenseLineDetail",
        "Amount": Decimal("2.50"),
        "Description": "Bolt M8",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "61"}},
    }


@pytest.mark.parametrize(("account", "account_id"), [("", "80"), ("6100", "61")])
def test_a_cost_goes_to_its_account_or_to_purchases(account: str, account_id: str) -> None:
    cost = body(lines=[], costs=[{"name": "Freight", "amount": "9.90", "account": account}])["Line"][0]

    assert cost["Amount"] == Decimal("9.9")
    assert cost["Description"] == "Freight"
    assert cost["AccountBasedExpenseLineDetail"] == {"AccountRef": {"value": account_id}}


@given(st.decimals(1, 10**5, places=5, allow_nan=False), st.decimals(0, 10**5, places=7, allow_nan=False))
def test_an_amount_is_the_product_rounded_half_up_to_the_cent(quantity: Decimal, unit_cost: Decimal) -> None:
    amount = multiply(quantity, unit_cost)

    difference = amount - quantity * unit_cost
    assert amount.as_tuple().exponent == -2
    assert Decimal("-0.005") < difference <= Decimal("0.005")


def test_an_update_keeps_the_ids_of_lines_that_quickbooks_has() -> None:
    known = {"id l1": "1", "cost 0 Freight": "3"}

    updated = update_body(order(), "po-7", REFS, connection(), entity_id="125", sync_token="4", line_ids=known)

    assert (updated["Id"], updated["SyncToken"], updated["sparse"]) == ("125", "4", True)
    assert [line.get("Id") for line in updated["Line"]] == ["1", None, "3"]


def test_line_ids_come_back_in_our_order_and_survive_reordering() -> None:
    before, after = order(), order(lines=list(reversed(order().model_dump()["lines"])))
    ids = line_ids_of(before, {"Line": [{"Id": "1"}, {"Id": "2"}, {"Id": "3"}]})

    updated = update_body(after, "po-7", REFS, connection(), entity_id="125", sync_token="4", line_ids=ids)

    assert [line["Id"] for line in updated["Line"]] == ["2", "1", "3"]


def test_a_host_line_id_is_never_taken_for_a_position() -> None:
    odd = order(lines=[line_json(id="line 1"), line_json(id=None), line_json(id="cost 0 Freight")])

    ids = line_ids_of(odd, {"Line": [{"Id": "1"}, {"Id": "2"}, {"Id": "3"}, {"Id": "4"}]})

    assert sorted(ids.values()) == ["1", "2", "3", "4"]


def test_lines_that_do_not_match_ours_in_number_are_not_guessed_at() -> None:
    assert line_ids_of(order(), {"Line": [{"Id": "1"}]}) == {}


def test_the_private_note_bears_the_reference_and_our_marker() -> None:
    noted = body()

    assert noted["PrivateNote"] == "REQ-12\nLedgerlink purchase-orders/po-7"
    assert marked_documents(noted) == {"po-7"}


@pytest.mark.parametrize("note", [None, "", "for po-7", "see Ledgerlink purchase-orders/po-7"])
def test_a_bookkeepers_note_is_no_marker(note: str | None) -> None:
    assert marked_documents({"PrivateNote": note}) == set()


def test_without_a_currency_the_company_decides() -> None:
    assert not {"CurrencyRef", "ExchangeRate"} & body().keys()


def test_the_home_currency_needs_no_mention_where_it_is_the_only_one() -> None:
    assert "CurrencyRef" not in body(currency="USD")


def test_another_currency_is_refused_where_the_company_keeps_one() -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        body(currency="EUR")

    assert refusal.value.code == "multicurrency_off"


def test_another_currency_goes_with_its_rate_where_the_company_keeps_several() -> None:
    several = body(company=connection(multicurrency=True), currency="EUR", exchange_rate="1.0842")

    assert (several["CurrencyRef"], several["ExchangeRate"]) == ({"value": "EUR"}, Decimal("1.0842"))


def test_the_home_currency_has_no_rate() -> None:
    several = body(company=connection(multicurrency=True), currency="USD", exchange_rate="1")

    assert several["CurrencyRef"] == {"value": "USD"}
    assert "ExchangeRate" not in several


def test_a_currency_is_never_dropped_while_the_home_currency_is_unknown() -> None:
    unknown = body(company=connection(home_currency=""), currency="EUR")

    assert unknown["CurrencyRef"] == {"value": "EUR"}


@pytest.mark.parametrize("country", ["GB", "CAN"])
def test_companies_outside_the_us_are_told_that_the_order_has_no_tax(country: str) -> None:
    assert body(company=connection(country=country))["GlobalTaxCalculation"] == "NotApplicable"


@pytest.mark.parametrize("country", ["", "US", "USA"])
def test_companies_in_the_us_are_told_nothing_of_tax(country: str) -> None:
    assert "GlobalTaxCalculation" not in body(company=connection(country=country))


def test_dates_and_addresses_are_sent_where_they_are_known() -> None:
    dated = body(order_date="2026-11-21", due_date="2026-12-21", expected_date="2026-12-01", ship_to={"city": "Kyiv"})

    assert (dated["TxnDate"], dated["DueDate"], dated["ExpectedDate"]) == ("2026-11-21", "2026-12-21", "2026-12-01")
    assert dated["VendorAddr"] == {"Line1": canaries.STREET, "City": "London"}
    assert dated["ShipAddr"] == {"City": "Kyiv"}


def test_an_empty_address_and_a_bad_email_are_left_out() -> None:
    bare = body(supplier={"id": "s", "name": "n", "email": "none", "address": {}}, ship_to={})

    assert not {"VendorAddr", "ShipAddr", "POEmail", "TxnDate"} & bare.keys()


@pytest.mark.parametrize("email", ["a@b.co", "first.last+tag@sub.example.com", "ü@exämple.de"])
def test_a_usable_address_is_kept(email: str) -> None:
    assert usable_email(email) == email


@pytest.mark.parametrize(
    "email", ["", "a@b", "a b@c.de", "a@b.c, d@e.f", "@b.co", "a@@b.co", "a@b.", "Amy <a@b.co>; x"]
)
def test_an_address_that_quickbooks_refuses_is_dropped(email: str) -> None:
    assert usable_email(email) == ""
