"""Many documents at once, from the request or the daily run to the books."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledgerlink.domain.backlogs import Backlog, BacklogStatus, Progress
from ledgerlink.domain.documents import Status
from ledgerlink.errors import ConnectionRevoked, SyncError
from ledgerlink.usecases.backlogs.finish_backlog import finish_backlog
from ledgerlink.usecases.backlogs.plan_backlog import plan_backlog
from ledgerlink.usecases.backlogs.push_backlog_chunk import ChunkTask, push_backlog_chunk
from ledgerlink.usecases.backlogs.read_backlogs import read_backlog
from ledgerlink.usecases.backlogs.send_documents import send_documents
from ledgerlink.usecases.backlogs.start_daily_pushes import start_daily_pushes
from tests.integration.push.stack import Host, Stack
from tests.unit.orders import KIND


class Backlogs:
    """Stands in for the state machine of backlogs: keeps what is started, and runs it when a test says so."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.started: list[Backlog] = []

    def start(self, backlog: Backlog) -> None:
        self.started.append(backlog)

    def send(self, content: dict[str, Any]) -> Backlog:
        wired, now = self.host.wired, datetime.now(UTC)
        tenant_id = self.host.tenant_id
        return send_documents(wired.connections, wired.documents, wired.backlogs, self, tenant_id, content, now)

    def start_daily(self, now: datetime) -> None:
        wired = self.host.wired
        start_daily_pushes(wired.connections, wired.documents, wired.backlogs, self, now)

    def run(self, backlog: Backlog) -> Progress:
        wired = self.host.wired
        tenant_id, backlog_id = backlog.tenant_id, backlog.backlog_id
        for number in range(plan_backlog(wired.backlogs, wired.documents, tenant_id, backlog_id, datetime.now(UTC))):
            while self.push(backlog, number):
                pass
        self.host._push()
        return finish_backlog(
            wired.backlogs, wired.documents, self, wired.events, tenant_id, backlog_id, datetime.now(UTC)
        )

    def push(self, backlog: Backlog, number: int = 0) -> bool:
        wired, now = self.host.wired, datetime.now(UTC)
        task = ChunkTask(
            tenant_id=backlog.tenant_id,
            backlog_id=backlog.backlog_id,
            number=number,
            execution=backlog.execution_name,
            redrive_count=0,
            try_number=1,
            worker=f"worker of chunk {number}",
            deadline=now + timedelta(minutes=2),
        )
        return push_backlog_chunk(wired.backlogs, wired.documents, wired.chunk_pusher, self.host.starts, task, now)

    def progress(self, backlog: Backlog) -> Progress:
        wired = self.host.wired
        return read_backlog(wired.backlogs, wired.documents, wired.connections, backlog.tenant_id, backlog.backlog_id)


def raising(error: Exception) -> Callable[[object], bool]:
    def stop(_chunk: object) -> bool:
        raise error

    return stop


def order(number: int, **changes: Any) -> dict[str, Any]:
    line = {"id": "l1", "sku": f"BOLT-{number % 3}", "name": f"Bolt {number % 3}", "quantity": 2, "unit_cost": "1.25"}
    return {"number": str(number), "supplier": {"id": "s-1", "name": "Mills"}, "lines": [line], **changes}


def held(host: Host, count: int) -> list[str]:
    """Orders that wait for the daily run."""
    host.choose(mode="daily", daily_at="02:00", time_zone="Europe/Berlin")
    ids = [f"po-{number:02}" for number in range(count)]
    for number, document_id in enumerate(ids):
        assert host.put(KIND, document_id, order(number)).status is Status.WAITING_FOR_DAILY
    return ids


@pytest.fixture
def backlogs(stack: Stack) -> Backlogs:
    return Backlogs(stack.connect())


def test_a_days_orders_are_in_the_books_after_the_daily_run(backlogs: Backlogs) -> None:
    host = backlogs.host
    ids = held(host, 40)

    backlogs.start_daily(datetime.now(UTC) + timedelta(days=1))
    (backlog,) = backlogs.started
    calls = host.books.called_by(lambda: backlogs.run(backlog))

    assert {host.document(KIND, document_id).status for document_id in ids} == {Status.SYNCED}
    numbers = sorted(row["DocNumber"] for row in host.books.entities("PurchaseOrder"))
    assert numbers == sorted(f"PO-{number}" for number in range(40))
    assert len(host.books.entities("PurchaseOrder")) == 40
    assert sum(calls.values()) < 40, calls
    assert host.activity(KIND, ids[0])[0].trigger == "daily"


def test_a_daily_run_that_is_started_twice_makes_nothing_twice(backlogs: Backlogs) -> None:
    held(backlogs.host, 3)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    backlogs.start_daily(tomorrow)
    (backlog,) = backlogs.started

    first, second = backlogs.run(backlog), backlogs.run(backlog)

    backlogs.start_daily(tomorrow)
    assert (first.synced, second.synced) == (3, 3)
    assert len(backlogs.host.books.entities("PurchaseOrder")) == 3
    assert len(backlogs.started) == 1


def test_all_that_failed_of_one_category_is_sent_again_when_the_cause_is_mended(backlogs: Backlogs) -> None:
    host = backlogs.host
    duty = {"id": "l1", "expense_account": "Customs duty", "quantity": 1, "unit_cost": "3"}
    for number in (2, 3):
        assert host.put(KIND, f"po-{number}", order(number, lines=[duty])).status is Status.SYNC_FAILED
    category = (host.document(KIND, "po-2").last_error or {})["category"]
    host.books.create("Account", Name="Customs duty", AccountType="Expense")

    others = backlogs.run(backlogs.send({"where": {"category": "plan"}}))
    reached = backlogs.run(backlogs.send({"where": {"category": category}}))

    assert others.backlog.total == 0
    assert (reached.backlog.total, reached.synced, reached.failing) == (2, 2, 0)
    assert len(host.books.entities("PurchaseOrder")) == 2


def test_partial_batch_failure_in_the_books_one_order_fails_and_the_others_are_there(backlogs: Backlogs) -> None:
    host = backlogs.host
    ids = held(host, 3)
    host.put(
        KIND,
        "bad",
        order(90, lines=[{"id": "l1", "expense_account": "No such account", "quantity": 1, "unit_cost": "3"}]),
    )

    backlog = backlogs.send({"documents": [{"collection": KIND, "id": document_id} for document_id in [*ids, "bad"]]})
    backlogs.run(backlog)
    reached = backlogs.progress(backlog)

    assert [host.document(KIND, document_id).status for document_id in ids] == [Status.SYNCED] * 3
    assert host.document(KIND, "bad").status is Status.SYNC_FAILED
    assert (reached.synced, reached.failing, sum(reached.errors.values())) == (3, 1, 1)
    assert backlogs.progress(backlog).backlog.status is BacklogStatus.COMPLETED


def test_time_out_after_the_commit_a_chunk_that_lost_its_answer_makes_no_order_twice(
    backlogs: Backlogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = backlogs.host
    ids = held(host, 5)
    backlog = backlogs.send({"where": {"status": "waiting_for_daily"}})
    wired, now = host.wired, datetime.now(UTC)
    plan_backlog(wired.backlogs, wired.documents, backlog.tenant_id, backlog.backlog_id, now)
    with monkeypatch.context() as stopped, pytest.raises(ConnectionError):
        stopped.setattr(wired.backlogs, "save", raising(ConnectionError("stopped")))
        backlogs.push(backlog)

    backlogs.run(backlog)

    assert len(host.books.entities("PurchaseOrder")) == 5
    assert {host.document(KIND, document_id).status for document_id in ids} == {Status.SYNCED}
    assert backlogs.progress(backlog).synced == 5


def test_revoked_mid_backlog_it_goes_on_after_the_tenant_has_reconnected(backlogs: Backlogs, stack: Stack) -> None:
    host = backlogs.host
    ids = held(host, 4)
    backlog = backlogs.send({"where": {"status": "waiting_for_daily"}})
    connections = host.wired.connections
    sealed = connections.read(host.connection)
    assert sealed
    connections.mark_needs_reconnect(host.connection, sealed.version)

    with pytest.raises(SyncError) as stopped:
        backlogs.run(backlog)
    waiting = {host.document(KIND, document_id).status for document_id in ids}
    connections.establish(host.connection, sealed, datetime.now(UTC))
    backlogs.run(backlog)

    assert isinstance(stopped.value, ConnectionRevoked)
    assert waiting == {Status.WAITING_FOR_DAILY}
    assert {host.document(KIND, document_id).status for document_id in ids} == {Status.SYNCED}
