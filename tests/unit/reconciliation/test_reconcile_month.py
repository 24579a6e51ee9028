"""Comparing a month asks QuickBooks little, and only of what can differ."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ledgerlink.domain.connections import Connection, ConnectionStatus
from ledgerlink.domain.documents import Document, EntityInQuickBooks, Status, content_hash, parse_content, serialise
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.reconciliation import ComparedKind, Reason
from ledgerlink.domain.settings import Settings
from ledgerlink.errors import InvalidRequest, NotConnected, NotFound
from ledgerlink.usecases.sync import reconcile_month as use_case
from ledgerlink.usecases.sync.reconcile_month import Reconciliation, reconcile_month
from tests.unit.fakes import FakeConnections, FakeDocuments
from tests.unit.kinds.sales_samples import sale_json
from tests.unit.orders import KIND, NOW, REALM, TENANT, connection, order_json
from tests.unit.reconciliation.fakes import FakeBooks

EVERYTHING = ["Bill", "Invoice", "PurchaseOrder"]


class MonthEnd:
    """A tenant whose company is compared."""

    def __init__(self) -> None:
        self.documents, self.tenants, self.books = FakeDocuments(), FakeConnections(), FakeBooks()
        self.connected()

    def connected(self, **changes: Any) -> None:
        settings = changes.pop("settings", {})
        self.tenants.have(connection(**changes, settings=Settings.model_validate(settings)))

    def has(self, kind: str, document_id: str, content: Any, became: str = "", **changes: Any) -> None:
        """A document, which became ``Invoice 130`` where that is said."""
        model = parse_content(kind, content)
        text = serialise(model)
        entity, _, entity_id = became.partition(" ")
        facts: dict[str, Any] = {
            "tags": model.tags,
            "figures": model.figures,
            "content": text,
            "status": Status.SYNCED if became else Status.WAITING_FOR_SEND,
            "updated_at": NOW,
            "quickbooks": EntityInQuickBooks(entity, entity_id, "7", "0", REALM) if became else None,
            "connection_id": REALM,
        }
        key = DocumentKey(TENANT, kind, document_id)
        self.documents.documents[key] = Document(key, 1, content_hash(text), attempt=1, **(facts | changes))

    def in_quickbooks(self, entity: str, entity_id: str, total: str, day: str = "2026-11-12", **more: Any) -> None:
        row = {"Id": entity_id, "DocNumber": "7", "TotalAmt": Decimal(total), "TxnDate": day, **more}
        self.books.rows.setdefault(entity, []).append(row)

    def compare(self, month: str = "2026-11", connection_id: str = REALM) -> Reconciliation:
        return reconcile_month(self.tenants, self.documents, self._books, TENANT, connection_id, month)

    def kinds(self) -> dict[str, ComparedKind]:
        return {kind.kind: kind for kind in self.compare().comparison.kinds if kind.totals}

    def _books(self, connection: Connection) -> FakeBooks:
        return self.books


@pytest.fixture
def month() -> MonthEnd:
    return MonthEnd()


def test_a_month_in_which_everything_is_the_same_takes_one_question_an_entity(month: MonthEnd):
    month.has(KIND, "po-7", order_json(order_date="2026-11-12"), "PurchaseOrder 8")
    month.has("invoices", "i-1", sale_json(invoice_date="2026-11-12"), "Invoice 130")
    month.in_quickbooks("PurchaseOrder", "8", "16.00")
    month.in_quickbooks("Invoice", "130", "3.50")

    kinds = month.kinds()

    assert {name: kind.differences for name, kind in kinds.items()} == {"purchase-orders": [], "invoices": []}
    assert sorted(month.books.asked) == [("dated", entity) for entity in EVERYTHING]


def test_a_document_that_the_month_does_not_have_in_quickbooks_is_looked_for_in_others(month: MonthEnd):
    month.has("invoices", "i-1", sale_json(invoice_date="2026-11-12"), "Invoice 130")
    month.has("invoices", "i-2", sale_json(invoice_date="2026-11-12"), "Invoice 131")
    month.in_quickbooks("Invoice", "130", "3.50", day="2026-12-01")

    differences = month.kinds()["invoices"].differences

    assert {one.document.key.document_id: one.reason for one in differences} == {
        "i-1": Reason.DATED_ELSEWHERE,
        "i-2": Reason.GONE,
    }
    assert ("seek", "Invoice", "130", "131") in month.books.asked


def test_a_document_of_another_month_is_not_looked_for(month: MonthEnd):
    month.has("invoices", "i-1", sale_json(invoice_date="2026-09-12"), "Invoice 130")

    assert month.kinds() == {}
    assert [asked for asked in month.books.asked if asked[0] == "seek"] == []


def test_an_order_that_was_sent_as_a_bill_is_found_among_the_bills(month: MonthEnd):
    month.has(KIND, "po-7", order_json(order_date="2026-11-12"), "Bill 8")
    month.in_quickbooks("Bill", "8", "16.00")

    (totals,) = month.kinds()["purchase-orders"].totals

    assert totals.ours == totals.theirs


def test_kinds_that_are_switched_off_are_not_asked_for(month: MonthEnd):
    month.connected(
        settings={
            "kinds": {
                "purchase-orders": {"enabled": False},
                "bills": {"enabled": False},
                "shipments": {"entity": "SalesReceipt"},
            }
        }
    )

    comparison = month.compare().comparison

    assert [kind.kind for kind in comparison.kinds] == ["invoices", "shipments"]
    assert sorted(month.books.asked) == [("dated", "Invoice"), ("dated", "SalesReceipt")]


def test_what_documents_of_a_kind_that_was_switched_off_became_is_still_compared(month: MonthEnd):
    month.connected(settings={"kinds": {"bills": {"enabled": False}}})
    month.has("bills", "b-1", order_json(status="", bill_date="2026-11-12"), "Bill 8")
    month.in_quickbooks("Bill", "8", "16.00")

    assert month.kinds()["bills"].differences == []


def test_what_settings_of_earlier_made_of_documents_is_still_compared_in_the_month_that_quickbooks_dates_it(
    month: MonthEnd,
):
    month.has("shipments", "s-1", sale_json(), "SalesReceipt 130", updated_at=datetime(2026, 12, 20, tzinfo=UTC))
    month.has(KIND, "po-7", order_json(order_date="2026-10-31"), "Bill 8")
    month.connected(settings={"kinds": {"bills": {"enabled": False}, "shipments": {"entity": "Invoice"}}})
    month.in_quickbooks("SalesReceipt", "130", "3.50")
    month.in_quickbooks("Bill", "8", "16.00")

    kinds = month.kinds()

    assert [side.theirs.count for side in kinds["shipments"].totals] == [1]
    assert [one.reason for one in kinds["purchase-orders"].differences] == [Reason.DATED_HERE]


def test_documents_of_another_company_are_left_out(month: MonthEnd):
    elsewhere = EntityInQuickBooks("Invoice", "130", "7", "0", "1234")
    month.has("invoices", "i-1", sale_json(invoice_date="2026-11-12"), connection_id="1234", quickbooks=elsewhere)
    month.in_quickbooks("Invoice", "130", "50")

    comparison = month.compare().comparison

    assert month.kinds() == {}
    assert [other.side.count for other in comparison.others] == [1]


def test_a_document_that_moved_here_has_not_been_sent_yet(month: MonthEnd):
    elsewhere = EntityInQuickBooks("Invoice", "130", "7", "0", "1234")
    month.has("invoices", "i-1", sale_json(invoice_date="2026-11-12"), quickbooks=elsewhere)

    (one,) = month.kinds()["invoices"].differences

    assert one.reason is Reason.NOT_SENT


def test_a_document_without_a_date_is_of_the_day_on_which_it_came_where_the_company_is(month: MonthEnd):
    month.connected(settings={"time_zone": "America/Los_Angeles"})
    month.has("invoices", "i-1", sale_json(), updated_at=datetime(2026, 12, 1, 5, 0, tzinfo=UTC))

    (one,) = month.kinds()["invoices"].differences

    assert (one.reason, one.currency) == (Reason.NOT_SENT, "USD")


def test_more_documents_than_can_be_looked_through_are_refused(month: MonthEnd, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(use_case, "MOST_DOCUMENTS", 2)
    for number in range(3):
        month.has("invoices", f"i-{number}", sale_json())

    with pytest.raises(InvalidRequest) as refused:
        month.compare()

    assert (refused.value.code, refused.value.message) == (
        "too_many_to_compare",
        "There are more than 2 invoices: too many to compare here.",
    )
    assert month.books.asked == []


def test_more_transactions_than_can_be_read_are_refused(month: MonthEnd, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(use_case, "MOST_TRANSACTIONS", 2)
    for number in range(3):
        month.in_quickbooks("Bill", str(number), "5")

    with pytest.raises(InvalidRequest, match="QuickBooks has more than 2 of Bill in 2026-11"):
        month.compare()


def test_more_differences_than_an_answer_holds_are_refused(month: MonthEnd, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(use_case, "MOST_DIFFERENCES", 2, raising=False)
    for number in range(3):
        month.has("invoices", f"i-{number}", sale_json())

    with pytest.raises(InvalidRequest, match="More than 2 documents differ in 2026-11") as refused:
        month.compare()

    assert refused.value.code == "too_many_to_compare"


def test_a_company_that_is_not_connected_is_not_asked(month: MonthEnd):
    month.connected(status=ConnectionStatus.DISCONNECTED)

    with pytest.raises(NotConnected):
        month.compare()
    with pytest.raises(NotFound):
        month.compare(connection_id="1")
    with pytest.raises(InvalidRequest):
        month.compare(month="November")
