"""Start the daily runs that are due.

The schedule fires at least once and may be late (EventBridge Scheduler); a run is known by the
moment at which it was due, so that a second start of it does nothing.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.backlogs import Backlog, Chunk, Standing, digest_of
from ledgerlink.domain.connections import Connection, ConnectionKey, ConnectionStatus
from ledgerlink.domain.documents import Status
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.domain.schedules import daily_due_at
from ledgerlink.domain.settings import Mode
from ledgerlink.errors import Unexpected

logger = logging.getLogger(__name__)

AT_ONCE = 1000
"""Connections of one invocation; the next one, a quarter of an hour later, takes those that are left."""
AGAIN_AFTER = timedelta(hours=1)
"""A last run that may not begin, for there is no access, is looked at again so much later."""


class Connections(Protocol):
    """All tenants' companies, by the time of their daily run."""

    def of_tenant(self, tenant_id: str) -> Sequence[Connection]: ...
    def daily_due(self, now: datetime, limit: int) -> Iterable[tuple[ConnectionKey, datetime]]:
        """Whose run is due, and since when."""

    def schedule_daily(self, key: ConnectionKey, due: datetime | None, replaced: datetime | None = None) -> bool:
        """False if it is no longer due when ``replaced`` says."""


class Documents(Protocol):
    """Documents that can be asked where they stand."""

    def with_standing(
        self, tenant_id: str, wanted: Standing, *, limit: int, after: str | None
    ) -> tuple[Sequence[DocumentKey], str | None]: ...


class Backlogs(Protocol):
    """Where backlogs are kept."""

    def create(self, backlog: Backlog, chunks: Sequence[Chunk]) -> bool:
        """False when there is a backlog with this id."""


class Executions(Protocol):
    """The state machine that sends many documents."""

    def start(self, backlog: Backlog) -> None: ...


def start_daily_pushes(
    connections: Connections, documents: Documents, backlogs: Backlogs, executions: Executions, now: datetime
) -> int:
    """How many were started. Raises Unexpected at the end if some could not be looked after."""
    started = failed = 0
    for key, due in list(connections.daily_due(now, AT_ONCE)):
        try:
            started += _look_after(key, due, connections, documents, backlogs, executions, now)
        except Exception:  # one connection must not keep all others waiting
            failed += 1
            logger.exception(
                "daily run not started", extra={"tenant_id": key.tenant_id, "connection_id": key.connection_id}
            )
    if failed:
        raise Unexpected(f"{failed} daily runs could not be started, {started} were.", code="daily_failed")
    return started


def _look_after(
    key: ConnectionKey,
    due: datetime,
    connections: Connections,
    documents: Documents,
    backlogs: Backlogs,
    executions: Executions,
    now: datetime,
) -> bool:
    companies = connections.of_tenant(key.tenant_id)
    connection = next(company for company in companies if company.connection_id == key.connection_id)
    following = daily_due_at(connection.settings, now)
    # Whoever was storing a document while the mode changed to realtime may have read that it was daily.
    before = due if connection.settings.mode is Mode.DAILY else now
    backlog = _daily_backlog(key, due, before)
    waited_for = _is_wanted(connection) and _is_needed(documents, backlog)
    runs = waited_for and _may_run(connection, companies)
    if runs:
        backlogs.create(backlog, ())
        executions.start(backlog)
    elif waited_for:
        following = following or now + AGAIN_AFTER
    # Afterwards: if we stop in between, the next schedule finds it due and starts the same backlog.
    connections.schedule_daily(key, following, replaced=due)
    return runs


def _daily_backlog(key: ConnectionKey, due: datetime, before: datetime) -> Backlog:
    """Of what has waited since before then; known by when it was due, whenever it is started."""
    return Backlog(
        tenant_id=key.tenant_id,
        backlog_id=f"daily-{key.connection_id}-{due:%Y%m%dT%H%M%SZ}",
        trigger=Trigger.DAILY,
        created_at=due,
        asked_for=digest_of(Trigger.DAILY, key.connection_id),
        standing=Standing(Status.WAITING_FOR_DAILY, before=before, connection_id=key.connection_id),
    )


def _is_wanted(connection: Connection) -> bool:
    """Under realtime it is the last run, of what waits since the mode was daily."""
    return connection.settings.enabled and connection.settings.mode is not Mode.MANUAL


def _may_run(connection: Connection, companies: Sequence[Connection]) -> bool:
    """Without access documents wait for a run after the tenant has reconnected.

    Those of a company that was disconnected may go to another one by now.
    """
    if connection.status is ConnectionStatus.DISCONNECTED:
        return any(company.status is ConnectionStatus.CONNECTED for company in companies)
    return connection.status is ConnectionStatus.CONNECTED


def _is_needed(documents: Documents, backlog: Backlog) -> bool:
    assert backlog.standing is not None
    found, after = documents.with_standing(backlog.tenant_id, backlog.standing, limit=100, after=None)
    return bool(found or after)
