"""How far the sending of many documents has come, in numbers and words."""

from datetime import UTC, datetime

import pytest

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import Backlog, BacklogStatus, Progress, Standing
from ledgerlink.domain.documents import Status
from ledgerlink.pages.sending import SKIPPED, sending

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
COMPLETED, FAILED, RUNNING = BacklogStatus.COMPLETED, BacklogStatus.FAILED, BacklogStatus.RUNNING


def backlog(status: BacklogStatus = COMPLETED, standing: Standing | None = None) -> Backlog:
    error = {"message": "It stopped.", "hint": "Connect again."} if status is FAILED else None
    return Backlog("acme", "b-1", Trigger.SELECTION, AT, "asked", standing, status, total=9, error=error)


def test_what_is_settled_is_all_but_what_waits():
    shown = sending(Progress(backlog(), synced=3, failing=2, waiting=2, skipped={"not_found": 1}, uncertain=1))

    assert (shown["settled"], shown["skipped"], shown["total"]) == (7, 1, 9)


@pytest.mark.parametrize(
    ("status", "waiting", "looks_again"),
    [(RUNNING, 0, True), (COMPLETED, 1, True), (COMPLETED, 0, False), (FAILED, 5, False)],
)
def test_a_page_looks_again_until_there_is_nothing_more_to_come(status: BacklogStatus, waiting: int, looks_again: bool):
    assert sending(Progress(backlog(status), waiting=waiting))["is_under_way"] is looks_again


def test_only_a_backlog_that_stopped_says_why():
    stopped = [sending(Progress(backlog(status)))["stopped"] for status in (FAILED, COMPLETED)]

    assert stopped == [{"message": "It stopped.", "hint": "Connect again."}, None]


def test_reasons_that_say_the_same_are_counted_together():
    shown = sending(Progress(backlog(), skipped={"connection_revoked": 2, "needs_reconnect": 3, "not_found": 1}))

    assert shown["skipped_why"] == {"their company has to be connected again": 5, "no longer there": 1}


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (None, ""),
        (Standing(Status.SYNC_FAILED, AT), "Documents of all kinds"),
        (Standing(Status.SYNC_FAILED, AT, kind="bills"), "Bills"),
        (Standing(Status.SYNC_FAILED, AT, category="plan", kind="bills"), "Bills: Not in the QuickBooks plan"),
    ],
)
def test_what_was_asked_for_is_told(standing: Standing | None, words: str):
    assert sending(Progress(backlog(standing=standing)))["what"] == words


def test_every_status_that_holds_documents_back_has_words():
    held_back = set(Status) - {Status.SYNCING, Status.SYNCED, Status.SYNC_FAILED, Status.WAITING_FOR_DAILY}

    assert held_back <= set(SKIPPED)
