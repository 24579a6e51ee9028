"""A purchase order in QuickBooks' words."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.connections import Features
from ledgerlink.domain.money import multiply
from ledgerlink.domain.to_quickbooks.parts import marks_in, private_note, usable_email
from ledgerlink.domain.translation import Lookup
from ledgerlink.errors import DocumentRejected, InvalidRequest, MissingConfiguration, PlanLacksFeature
from tests import canaries
from tests.unit.kinds.samples import (
    PER_DOCUMENT,
    PER_LINE,
    REFS,
    context,
    created,
    line_json,
    nuts_json,
    order,
    translated,
    updated,
)


def body(company: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return created(translated(order(**changes), **(company or {})))


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
def test_a_cost_goes_to_its_account_or_to_the_one_for_fees(account: str, account_id: str) -> None:
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

    body = updated(translated(order()), line_ids=known)

    assert (body["Id"], body["SyncToken"], body["sparse"]) == ("125", "4", True)
    assert [line.get("Id") for line in body["Line"]] == ["1", None, "3"]


def test_line_ids_come_back_in_our_order_and_survive_reordering() -> None:
    ids = translated(order()).line_ids_of({"Line": [{"Id": "1"}, {"Id": "2"}, {"Id": "3"}]})

    body = updated(translated(order(lines=[nuts_json(), line_json()])), line_ids=ids)

    assert [line["Id"] for line in body["Line"]] == ["2", "1", "3"]


def test_a_host_line_id_is_never_taken_for_a_position() -> None:
    odd = order(lines=[line_json(id="line 1"), line_json(id=None), line_json(id="cost 0 Freight")])

    ids = translated(odd).line_ids_of({"Line": [{"Id": "1"}, {"Id": "2"}, {"Id": "3"}, {"Id": "4"}]})

    assert sorted(ids.values()) == ["1", "2", "3", "4"]


def test_lines_that_do_not_match_ours_in_number_are_not_guessed_at() -> None:
    assert translated(order()).line_ids_of({"Line": [{"Id": "1"}]}) == {}


def test_the_private_note_bears_the_reference_and_our_marker() -> None:
    noted = body()

    assert noted["PrivateNote"] == "REQ-12\nLedgerlink purchase-orders/d-1 822b33ad"
    assert marks_in(noted) == {"purchase-orders/d-1 822b33ad"}


@pytest.mark.parametrize("note", [None, "", "for po-7", "see Ledgerlink purchase-orders/po-7 822b33ad"])
def test_a_bookkeepers_note_is_no_marker(note: str | None) -> None:
    assert marks_in({"PrivateNote": note}) == set()


def test_without_a_currency_the_company_decides() -> None:
    assert not {"CurrencyRef", "ExchangeRate"} & body().keys()


def test_the_home_currency_needs_no_mention_where_it_is_the_only_one() -> None:
    assert "CurrencyRef" not in body(currency="USD")


def test_another_currency_is_refused_where_the_company_keeps_one() -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        body(currency="EUR")

    assert refusal.value.code == "multicurrency_off"


def test_another_currency_goes_with_its_rate_where_the_company_keeps_several() -> None:
    several = body({"multicurrency": True}, currency="EUR", exchange_rate="1.0842")

    assert (several["CurrencyRef"], several["ExchangeRate"]) == ({"value": "EUR"}, Decimal("1.0842"))


def test_the_home_currency_has_no_rate() -> None:
    several = body({"multicurrency": True}, currency="USD", exchange_rate="1")

    assert several["CurrencyRef"] == {"value": "USD"}
    assert "ExchangeRate" not in several


def test_a_currency_is_never_dropped_while_the_home_currency_is_unknown() -> None:
    unknown = body({"home_currency": ""}, currency="EUR")

    assert unknown["CurrencyRef"] == {"value": "EUR"}


@pytest.mark.parametrize("country", ["GB", "CAN"])
def test_companies_outside_the_us_are_told_that_the_order_has_no_tax(country: str) -> None:
    assert body({"country": country})["GlobalTaxCalculation"] == "NotApplicable"


@pytest.mark.parametrize("country", ["", "US", "USA"])
def test_companies_in_the_us_are_told_nothing_of_tax(country: str) -> None:
    assert "GlobalTaxCalculation" not in body({"country": country})


def test_dates_and_addresses_are_sent_where_they_are_known() -> None:
    dated = body(order_date="2026-11-21", due_date="2026-12-21", expected_date="2026-12-01", ship_to={"city": "Kyiv"})

    assert (dated["TxnDate"], dated["DueDate"], dated["ExpectedDate"]) == ("2026-11-21", "2026-12-21", "2026-12-01")
    assert dated["VendorAddr"] == {"Line1": canaries.STREET, "City": "London"}
    assert dated["ShipAddr"] == {"City": "Kyiv"}


def test_an_order_without_a_date_is_of_the_tenants_today_and_stays_on_its_day_when_it_is_updated() -> None:
    undated = translated(order())

    assert created(undated)["TxnDate"] == "2026-11-21"
    assert "TxnDate" not in updated(undated)


def test_an_empty_address_and_a_bad_email_are_left_out() -> None:
    bare = body(supplier={"id": "s-1", "name": "n", "email": "none", "address": {}}, ship_to={})

    assert not {"VendorAddr", "ShipAddr", "POEmail"} & bare.keys()


@pytest.mark.parametrize("email", ["a@b.co", "first.last+tag@sub.example.com", "ü@exämple.de"])
def test_a_usable_address_is_kept(email: str) -> None:
    assert usable_email(email) == email


@pytest.mark.parametrize(
    "email", ["", "a@b", "a b@c.de", "a@b.c, d@e.f", "@b.co", "a@@b.co", "a@b.", "Amy <a@b.co>; x"]
)
def test_an_address_that_quickbooks_refuses_is_dropped(email: str) -> None:
    assert usable_email(email) == ""


# number


def test_the_number_follows_the_tenants_pattern_and_finds_the_order() -> None:
    document = translated(order(), settings={"kinds": {"purchase-orders": {"number_pattern": "{number}/WH"}}})

    assert document.number == "7/WH"
    assert document.lookups == (Lookup("DocNumber", "7/WH"),)
    assert created(document)["DocNumber"] == "7/WH"


def test_a_number_of_21_characters_is_taken_without_a_prefix_and_refused_with_one() -> None:
    long = order(number="1" * 21)

    taken = translated(long, settings={"kinds": {"purchase-orders": {"number_pattern": "{number}"}}})
    with pytest.raises(InvalidRequest) as refusal:
        translated(long)

    assert taken.number == "1" * 21
    assert refusal.value.code == "number_too_long"
    assert refusal.value.fields == [{"field": "number", "problem": "has at most 18 characters"}]


# what it names


def test_an_order_wants_all_that_it_names() -> None:
    named = order(
        currency="EUR",
        terms="Net 30",
        lines=[
            line_json(customer={"id": "c-1", "name": "Shop"}, tax_code="TAX"),
            line_json(id="l2", expense_account="6100"),
            line_json(id="l3", **{"class": "North"}),
        ],
        costs=[{"name": "Freight", "amount": 1, "account": "6200"}],
    )

    wanted = translated(named, multicurrency=True, features=PER_LINE).wanted()

    assert wanted.suppliers == {"s-1": named.supplier}
    assert wanted.customers["c-1"].name == "Shop"
    assert wanted.products["sku:BOLT-8"].bought
    assert wanted.accounts == {"6100", "6200"}
    assert wanted.terms == {"Net 30"}
    assert wanted.tax_codes == {"TAX"}
    assert wanted.classes == {"North"}
    assert wanted.currency == "EUR"
    assert {role.value for role in wanted.roles} == {"accounts_payable"}


def test_a_cost_without_an_account_wants_the_one_for_fees() -> None:
    assert {role.value for role in translated(order()).wanted().roles} == {"accounts_payable", "fees"}


def test_terms_and_the_customer_of_a_line_are_sent() -> None:
    sent = body(terms="Net 30", lines=[line_json(customer={"id": "c-1", "name": "Shop"})])

    assert sent["SalesTermRef"] == {"value": "3"}
    assert sent["Line"][0]["ItemBasedExpenseLineDetail"]["CustomerRef"] == {"value": "24"}


# classes


def classes_on_lines(body: dict[str, Any]) -> list[str | None]:
    return [line[line["DetailType"]].get("ClassRef", {}).get("value") for line in body["Line"]]


def test_the_orders_class_is_sent_for_the_whole_where_the_company_has_one_a_document() -> None:
    sent = body({"features": PER_DOCUMENT}, **{"class": "North"})

    assert sent["ClassRef"] == {"value": "501"}
    assert classes_on_lines(sent) == [None, None, None]


def test_the_orders_class_is_that_of_every_line_without_one_where_the_company_has_them_on_lines() -> None:
    sent = body({"features": PER_LINE}, lines=[line_json(**{"class": "South"}), nuts_json()], **{"class": "North"})

    assert "ClassRef" not in sent
    assert classes_on_lines(sent) == ["502", "501", "501"]


@pytest.mark.parametrize(
    ("features", "changes"),
    [
        (Features(), {"class": "North"}),
        (Features(), {"lines": [line_json(**{"class": "North"})]}),
        (PER_DOCUMENT, {"lines": [line_json(**{"class": "North"})]}),
        (PER_DOCUMENT, {"costs": [{"name": "Freight", "amount": 1, "class": "North"}]}),
    ],
)
def test_a_class_that_the_company_does_not_track_is_refused(features: Features, changes: dict[str, Any]) -> None:
    with pytest.raises(MissingConfiguration) as refusal:
        translated(order(**changes), features=features)

    assert refusal.value.code == "class_tracking_off"


# taxes


@pytest.mark.parametrize("code", ["TAX", "NON"])
def test_a_company_in_the_us_knows_tax_and_non(code: str) -> None:
    sent = body(lines=[line_json(tax_code=code)])

    assert sent["Line"][0]["ItemBasedExpenseLineDetail"]["TaxCodeRef"] == {"value": code}
    assert "GlobalTaxCalculation" not in sent


def test_a_company_in_the_us_refuses_other_tax_codes_by_their_path() -> None:
    with pytest.raises(DocumentRejected) as refusal:
        translated(order(costs=[{"name": "Freight", "amount": 1, "tax_code": "20% S"}]))

    assert refusal.value.code == "tax_code_not_accepted"
    assert refusal.value.fields == [{"field": "costs[0].tax_code", "problem": "is neither TAX nor NON"}]


def test_of_many_lines_with_a_wrong_tax_code_the_first_twenty_are_named() -> None:
    lines = [line_json(id=f"l{number}", tax_code="20% S") for number in range(1000)]

    with pytest.raises(DocumentRejected) as refusal:
        translated(order(lines=lines))

    assert [field["field"] for field in refusal.value.fields] == [f"lines[{n}].tax_code" for n in range(20)]


def test_outside_the_us_a_taxed_order_is_without_tax_in_its_amounts() -> None:
    costs = [{"name": "Freight", "amount": 1, "tax_code": "20% S"}]

    sent = body({"country": "GB"}, lines=[line_json(tax_code="20% S")], costs=costs)

    assert sent["GlobalTaxCalculation"] == "TaxExcluded"
    assert sent["Line"][1]["AccountBasedExpenseLineDetail"]["TaxCodeRef"] == {"value": "6"}


def test_outside_the_us_a_line_without_a_tax_code_among_taxed_ones_is_named() -> None:
    with pytest.raises(DocumentRejected) as refusal:
        translated(order(lines=[line_json(tax_code="20% S")]), country="GB")

    assert refusal.value.fields == [{"field": "costs[0].tax_code", "problem": "is missing"}]


# books, numbers, notes


BOOKS_CLOSED = Features(books_closed_until=date(2026, 6, 30))


def test_an_order_dated_in_closed_books_is_refused() -> None:
    with pytest.raises(DocumentRejected) as refusal:
        translated(order(order_date="2026-06-30"), features=BOOKS_CLOSED)

    assert refusal.value.code == "books_closed"


def test_an_order_dated_on_the_day_after_is_taken() -> None:
    assert body({"features": BOOKS_CLOSED}, order_date="2026-07-01")["TxnDate"] == "2026-07-01"


@pytest.mark.parametrize("plan", ["QuickBooks Online Essentials", "QuickBooks Online Simple Start"])
def test_a_plan_without_purchase_orders_is_told_before_anything_is_created(plan: str) -> None:
    with pytest.raises(PlanLacksFeature) as refusal:
        translated(order(), features=Features(plan=plan))

    assert refusal.value.category == "plan"
    assert "sent as bills" in refusal.value.hint


@pytest.mark.parametrize("plan", ["QuickBooks Online Plus", "QuickBooks Online Advanced", "A new plan", ""])
def test_other_plans_are_tried(plan: str) -> None:
    assert body({"features": Features(plan=plan)})["DocNumber"]


def test_an_order_is_ours_by_its_marker_and_adopted_only_unmarked_from_the_same_vendor() -> None:
    document = translated(order())
    ours = {"PrivateNote": "Ledgerlink purchase-orders/d-1 822b33ad", "VendorRef": {"value": "58"}}
    anothers = {"PrivateNote": "Ledgerlink purchase-orders/d-2 822b33ad", "VendorRef": {"value": "58"}}
    other_tenants = {"PrivateNote": "Ledgerlink purchase-orders/d-1 00000000", "VendorRef": {"value": "58"}}
    bookkeepers = {"VendorRef": {"value": "58"}}
    other_vendors = {"VendorRef": {"value": "59"}}

    assert [document.is_ours(entity) for entity in (ours, anothers, other_tenants)] == [True, False, False]
    assert [
        document.may_be_adopted(entity, REFS) for entity in (anothers, other_tenants, bookkeepers, other_vendors)
    ] == [False, False, True, False]


def test_a_reference_that_was_copied_from_quickbooks_is_no_marker() -> None:
    note = private_note(
        "again\nLedgerlink purchase-orders/po-1 822b33ad", "purchase-orders", context(document_id="po-2")
    )

    assert marks_in({"PrivateNote": note}) == {"purchase-orders/po-2 822b33ad"}


@given(st.text(max_size=50), st.text(max_size=50), st.integers(0, 4000))
def test_a_note_holds_one_marker_and_at_most_4000_characters(reference: str, memo: str, length: int) -> None:
    note = private_note(reference, "purchase-orders", context(document_id="d" * 64), memo + "m" * length)

    assert marks_in({"PrivateNote": note}) == {"purchase-orders/" + "d" * 64 + " 822b33ad"}
    assert len(note) <= 4000
