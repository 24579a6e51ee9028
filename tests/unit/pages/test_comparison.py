"""A month against QuickBooks, in the words of the page."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.documents import EntityInQuickBooks, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.reconciliation import compare
from ledgerlink.domain.tenants import Tenant
from ledgerlink.pages.comparison import MOST_SHOWN, compare_form, comparison_page, money
from ledgerlink.usecases.sync.reconcile_month import Reconciliation
from tests.unit.orders import TENANT, connection
from tests.unit.reconciliation.month_end import NOVEMBER, OTHER_DAY, in_quickbooks, invoice

TODAY = date(2026, 1, 15)


def shown(*documents: Any, found: Any = (), kinds: tuple[str, ...] = ()) -> dict[str, Any]:
    comparison = compare(NOVEMBER, documents, {one.key: one for one in found}, kinds)
    return comparison_page(Reconciliation(connection(), NOVEMBER, comparison), link_to)


def link_to(entity: EntityInQuickBooks) -> str:
    return f"https://qbo.test/{entity.entity}/{entity.entity_id}?{entity.realm_id}"


def why(ours: dict[str, Any], theirs: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
    page = shown(invoice(**ours), found=[] if theirs is None else [in_quickbooks(**theirs)])
    return [(row["why"], row["ours"], row["theirs"]) for kind in page["differing"] for row in kind["rows"]]


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ({}, None, ("Deleted in QuickBooks", "120.00 USD", "not there")),
        ({"total": Decimal(5)}, {}, ("Comes to another amount in QuickBooks", "5.00 USD", "120.00 USD")),
        ({}, {"day": OTHER_DAY}, ("Dated 30 Oct 2026 in QuickBooks", "120.00 USD", "in another month")),
        ({}, {"day": None}, ("Dated on no day in QuickBooks", "120.00 USD", "in another month")),
        (
            {"day": OTHER_DAY},
            {},
            ("Dated 12 Nov 2026 in QuickBooks, 30 Oct 2026 here", "in another month", "120.00 USD"),
        ),
        (
            {"status": Status.SYNC_FAILED, "total": Decimal(5)},
            {},
            ("Its last change could not be sent", "5.00 USD", "120.00 USD"),
        ),
        (
            {"status": Status.SYNC_FAILED, "entity": None},
            None,
            ("Could not be sent", "120.00 USD", "not there"),
        ),
    ],
)
def test_a_difference_is_explained_in_a_bookkeepers_words(ours: Any, theirs: Any, told: tuple[str, str, str]):
    assert why(ours, theirs) == [told]


def test_a_document_in_another_currency_says_which():
    assert why({"currency": "EUR"}, {}) == [
        ("In USD in QuickBooks, in EUR here", "120.00 EUR", "in another currency"),
        ("In USD in QuickBooks, in EUR here", "in another currency", "120.00 USD"),
    ]


def test_what_is_in_quickbooks_can_be_opened_there():
    (kind,) = shown(invoice(total=Decimal(5)), found=[in_quickbooks()])["differing"]

    assert [row["url"] for row in kind["rows"]] == ["https://qbo.test/Invoice/130?9341454273912345"]


def test_a_kind_without_documents_has_a_row_that_says_so():
    assert shown(kinds=("bills",))["totals"] == [{"kind": "bills", "what": "Bills", "is_empty": True}]


def test_totals_say_how_many_documents_differ():
    (row,) = shown(invoice(), invoice(key=DocumentKey(TENANT, "invoices", "i-2"), entity=None))["totals"]

    assert (row["ours"]["documents"], row["theirs"]["documents"], row["differing"]) == (
        "2 documents",
        "0 documents",
        2,
    )


def test_only_the_largest_of_many_differences_are_shown():
    keys = [DocumentKey(TENANT, "invoices", f"i-{number}") for number in range(MOST_SHOWN + 5)]

    (kind,) = shown(*(invoice(key=key, entity=None) for key in keys))["differing"]

    assert (kind["count"], len(kind["rows"])) == (MOST_SHOWN + 5, MOST_SHOWN)


def test_what_is_not_from_here_is_called_as_in_quickbooks():
    page = shown(found=[in_quickbooks(entity="SalesReceipt")])

    assert page["others"] == [{"what": "Sales receipts", "documents": "1 document", "total": "120.00 USD"}]


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0.00 USD"), ("1234.5", "1,234.50 USD"), ("-20", "−20.00 USD"), ("-0.00", "0.00 USD")],
)
def test_money_is_written_with_its_currency(amount: str, text: str):
    assert money(Decimal(amount), "USD") == text


def test_last_month_is_offered_first_across_the_year():
    form = compare_form(Tenant(TENANT, "Acme", connections=[connection()]), None, None, TODAY)

    assert (form["month"], form["month_name"]) == ("2025-12", "December 2025")
    assert list(form["months"])[:3] == ["2026-01", "2025-12", "2025-11"]


def test_the_company_that_was_asked_for_is_chosen_unless_it_is_disconnected():
    companies = [
        connection(),
        connection(connection_id="2"),
        connection(connection_id="3", status=ConnectionStatus.DISCONNECTED),
    ]
    tenant = Tenant(TENANT, "Acme", connections=companies)

    chosen = [compare_form(tenant, asked, None, TODAY)["company"] for asked in ("2", "3", None)]

    assert chosen == [companies[1], companies[0], companies[0]]
    assert compare_form(Tenant(TENANT, "Acme"), None, None, TODAY)["company"] is None
