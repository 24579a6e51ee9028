"""Take Intuit's change notifications: a hint that a company is worth a poll."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.changes import ChangeNotice
from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.flows import POLLED
from ledgerlink.domain.sync_state import PollRequest
from ledgerlink.errors import StorageUnavailable

logger = logging.getLogger(__name__)

COLLECTED_FOR = timedelta(seconds=10)
"""What comes meanwhile is read by the same poll."""
REMEMBERED_FOR = timedelta(days=14)


class Realms(Protocol):
    """Which tenant has which company."""

    def connections(self, realm_ids: Collection[str]) -> Mapping[str, ConnectionKey]:
        """By realm id, those that are known."""


class Events(Protocol):
    """The notifications that were taken."""

    def unknown(self, key: ConnectionKey, event_ids: Collection[str]) -> Collection[str]:
        """Those that were not taken before."""

    def remember(self, key: ConnectionKey, event_ids: Collection[str], until: datetime) -> None: ...


class SyncStates(Protocol):
    """Where the polling of connections stands."""

    def told(self, key: ConnectionKey, now: datetime) -> bool:
        """Something changed: due now. False when nothing of the connection is polled."""

    def may_queue(self, key: ConnectionKey, now: datetime, until: datetime) -> bool:
        """True for one caller until then."""


class PollQueue(Protocol):
    """Where workers take polls from."""

    def send(self, requests: Sequence[PollRequest]) -> None: ...


def receive_webhook(
    realms: Realms,
    events: Events,
    sync: SyncStates,
    queue: PollQueue,
    notices: Sequence[ChangeNotice],
    now: datetime,
) -> int:
    """How many companies are polled for it. Companies that are not ours, and what was told before, change nothing.

    Raises StorageUnavailable when a poll cannot be queued: Intuit then delivers all of it again.
    """
    by_realm: dict[str, set[str]] = {}
    for notice in notices:
        if notice.entity in POLLED:
            by_realm.setdefault(notice.realm_id, set()).add(notice.event_id)
    known = realms.connections(by_realm) if by_realm else {}
    polled = 0
    for realm_id, event_ids in by_realm.items():
        if key := known.get(realm_id):
            polled += _take(events, sync, queue, key, event_ids, now)
        else:
            logger.info("notification for a company that is not connected", extra={"realm_id": realm_id})
    return polled


def _take(
    events: Events, sync: SyncStates, queue: PollQueue, key: ConnectionKey, event_ids: set[str], now: datetime
) -> bool:
    fresh = events.unknown(key, event_ids)
    if not fresh:
        return False
    polled = sync.told(key, now)
    if polled and sync.may_queue(key, now, now + COLLECTED_FOR):
        queue.send([PollRequest(key, now, int(COLLECTED_FOR.total_seconds()))])
    try:
        # Last: what is not remembered is taken again, what is remembered too early is lost.
        events.remember(key, fresh, now + REMEMBERED_FOR)
    except StorageUnavailable:
        logger.warning("notifications not remembered", extra={"connection_id": key.connection_id})
    return polled
