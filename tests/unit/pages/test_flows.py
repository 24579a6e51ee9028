"""Flows in the words of people."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledgerlink.domain.backfills import Backfill, BackfillStatus, Page, PageResult, Selection
from ledgerlink.domain.connections import ConnectionStatus
from ledgerlink.domain.flows import Direction, Flow
from ledgerlink.domain.sync_state import SyncState
from ledgerlink.pages.flows import Synced, flow_rows, name_of_vendor, sides, sync_shown
from tests.unit.orders import NOW, connection

COMPANY = connection(connection_id="4004", realm_id="4004", company_name="Harbor Street")


def flow(**changes: object) -> Flow:
    made = Flow("acme", "flow-1", "quickbooks:4004", "Plainfield-Inventory", True, NOW, NOW)
    return replace(made, **changes)  # type: ignore[arg-type]


def copying(**changes: object) -> Backfill:
    pages = tuple(Page(Selection("Invoice", dated_from=NOW.date()), None, None, 10) for _ in range(4))
    made = Backfill(
        key=COMPANY.key,
        number=1,
        directions=frozenset({Direction.SALES}),
        entities=("Invoice",),
        since=NOW - timedelta(days=90),
        gap=False,
        status=BackfillStatus.RUNNING,
        started_at=NOW,
        planned_at=NOW,
        pages=pages,
        results={0: PageResult(documents=10, names_read=3)},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_side_is_called_by_the_companys_name_or_the_vendors():
    (row,) = flow_rows([flow()], [COMPANY], "Plainfield Inventory")

    assert (row["input"], row["output"]) == ("QuickBooks: Harbor Street", "Plainfield Inventory")
    assert row["reads"] == "purchase orders and bills"


def test_a_flow_of_a_company_that_is_lost_says_so():
    lost = replace(COMPANY, status=ConnectionStatus.NEEDS_RECONNECT)

    assert [row["not_connected"] for row in flow_rows([flow()], [lost], "")] == [True]


def test_flows_stand_in_the_order_in_which_they_were_made():
    later = flow(flow_id="a", created_at=NOW + timedelta(seconds=1))

    assert [row["id"] for row in flow_rows([later, flow()], [COMPANY], "")] == ["flow-1", "a"]


@pytest.mark.parametrize(("vendor", "name"), [("Plainfield Inventory", "Plainfield-Inventory"), ("", "application")])
def test_the_vendors_application_is_a_side_that_a_flow_takes(vendor: str, name: str):
    assert name_of_vendor(vendor) == name


def test_a_new_flow_can_name_companies_the_vendor_and_what_other_flows_name():
    gone = replace(COMPANY, connection_id="5005", status=ConnectionStatus.DISCONNECTED)

    offered = sides([COMPANY, gone], [flow(output="warehouse")], "Plainfield")

    assert offered == [
        ("quickbooks:4004", "QuickBooks: Harbor Street"),
        ("Plainfield", "Plainfield"),
        ("warehouse", "warehouse"),
    ]


def test_the_progress_counts_pages_and_says_how_long_it_takes():
    shown = sync_shown(Synced(COMPANY, SyncState(COMPANY.key), copying()), [flow()], NOW + timedelta(minutes=1))

    assert (shown["copying"]["done"], shown["copying"]["planned"], shown["copying"]["documents"]) == (1, 4, 10)
    assert shown["copying"]["left"] == "about 3 minutes left"
    assert shown["copying"]["days"] == 90


def test_before_it_is_planned_nobody_knows_how_long_it_takes():
    shown = sync_shown(Synced(COMPANY, None, copying(planned_at=None, pages=(), results={})), [flow()], NOW)

    assert (shown["copying"]["planned"], shown["copying"]["left"]) == (None, "")


def test_a_look_that_is_late_is_due_now():
    state = SyncState(COMPANY.key, due_at=NOW - timedelta(minutes=5))

    assert sync_shown(Synced(COMPANY, state, None), [flow()], NOW)["next"] == NOW


@pytest.mark.parametrize(
    ("company", "enabled", "is_on"),
    [
        (COMPANY, True, True),
        (COMPANY, False, False),
        (replace(COMPANY, status=ConnectionStatus.NEEDS_RECONNECT), True, False),
    ],
)
def test_a_company_is_read_when_it_is_connected_and_a_flow_is_on(company, enabled, is_on):
    assert sync_shown(Synced(company, None, None), [flow(enabled=enabled)], NOW)["is_on"] is is_on
