"""What was tried, for people and for spreadsheets."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ledgerlink.domain.activity import Activity, Outcome
from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.documents import DocumentState, Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.pages.activity import COLUMNS, OLDER, activity_csv, activity_rows

KEY = DocumentKey("acme", "purchase-orders", "order-1")
AT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
ERROR = {"category": "out_of_sync", "code": "gone", "message": "The vendor is gone.", "hint": "Choose another."}


def entry(outcome: Outcome = Outcome.GAVE_UP, **changes: object) -> Activity:
    error = None if outcome is Outcome.SUCCEEDED else ERROR
    made = Activity("1", KEY, AT, 1, Trigger.SELECTION, outcome, 1, 4, "run-1", 1234, 2, "1-abc", error, "Created")
    return replace(made, **changes)  # type: ignore[arg-type]


def state(status: Status = Status.SYNC_FAILED, **tags: str) -> dict[DocumentKey, DocumentState]:
    return {KEY: DocumentState(KEY, 1, "hash", status, 1, AT, tags=tags)}


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_document_is_called_by_its_number():
    (row,) = activity_rows([entry()], state(number="1042"))

    assert (row["what"], row["number"], row["trigger"]) == ("Purchase order", "1042", "By hand")


def test_a_document_that_is_gone_is_called_by_its_id():
    (row,) = activity_rows([entry()], {})

    assert (row["number"], row["send_again"]) == ("order-1", False)


def test_only_what_still_stands_failed_can_be_sent_again_and_once_per_page():
    failed = activity_rows([entry(), entry(Outcome.FAILED), entry(Outcome.SUCCEEDED)], state())
    mended = activity_rows([entry()], state(Status.SYNCED))

    assert [row["send_again"] for row in failed] == [True, False, False]
    assert [row["send_again"] for row in mended] == [False]


def test_the_file_has_the_tenants_time_and_intuits_transaction_id():
    (row,) = read(activity_csv([entry()], state(number="1042"), ZoneInfo("Europe/Berlin"), is_whole=True))

    assert row["Time"] == "2026-03-29T01:30:00+01:00"
    assert (row["Number"], row["What happened"], row["What to do"]) == (
        "1042",
        "The vendor is gone.",
        "Choose another.",
    )
    assert (row["Intuit transaction id"], row["Seconds"], row["Calls"]) == ("1-abc", "1.2", "2")


def test_a_file_that_ends_before_the_log_says_so():
    cut = activity_csv([entry()], {}, UTC, is_whole=False)
    long = activity_csv([entry()] * 100, {}, UTC, is_whole=True, most=1_000)

    assert [row["Time"] for row in read(cut)][1:] == [OLDER]
    assert [row["Time"] for row in read(long)][-1] == OLDER
    assert 1 < len(read(long)) < 100


def test_nothing_to_tell_is_a_file_with_its_headings():
    assert activity_csv([], {}, UTC, is_whole=True).removeprefix("\ufeff").strip() == ",".join(COLUMNS)


@pytest.mark.parametrize("number", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1"])
def test_no_cell_is_taken_for_a_formula(number: str):
    (row,) = read(activity_csv([entry()], state(number=number), UTC, is_whole=True))

    assert row["Number"] == f"'{number}"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("\t=1", "\t'=1"),
        ("7;=1+1", "7;'=1+1"),
        ("7; =1+1", "7; '=1+1"),
        ('7;"=1+1"', '7;"\'=1+1"'),
        ("7\t@SUM(A1)", "7\t'@SUM(A1)"),
        ("7\r\n-1", "7\r\n'-1"),
        ("7-1; a=b", "7-1; a=b"),
    ],
)
def test_what_another_separator_makes_a_cell_is_no_formula_either(number: str, shown: str):
    """Where the comma stands in decimals, spreadsheets separate by semicolons."""
    (row,) = read(activity_csv([entry()], state(number=number), UTC, is_whole=True))

    assert row["Number"] == shown
