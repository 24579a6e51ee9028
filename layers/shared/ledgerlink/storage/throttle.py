"""The budget of one company, shared by all Lambdas: ThrottleTable.

One item per connection and, as a rule, one write per call: the moment at which the lane is
free again moves on by one spacing, and the answer says when this call's turn is. A lane that is
idle begins anew from now, which takes another condition; what this process saw last says which of
the two to try first. A turn that is too far off is not booked at all, so that those who come
back later do not queue behind their own earlier selves.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.throttle import (
    SECOND,
    CallKind,
    Lane,
    Limits,
    month_of,
    to_moment,
    to_seconds,
    warnings_between,
)
from ledgerlink.errors import StorageUnavailable, WaitingForTurn
from ledgerlink.storage import keys
from ledgerlink.storage.table import ConditionFailed, Table

_TRIES = 6
_ATTRIBUTES = {CallKind.READ: "tat", CallKind.WRITE: "tat", CallKind.BATCH: "batch_tat"}

logger = logging.getLogger(__name__)


class DynamoThrottle:
    """The budgets of all companies, and what this process saw of them last."""

    def __init__(
        self, table: Table, limits: Limits, now: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        self.table = table
        self.limits = limits
        self.now = now
        self.sleep = sleep
        self.seen: dict[tuple[ConnectionKey, str], int] = {}

    def turnstile(
        self, key: ConnectionKey, patience: timedelta, admission: timedelta | None = None
    ) -> "DynamoTurnstile":
        """The turnstile of one company, for a caller that may sleep for so long in all.

        ``admission`` is how far off its first turn may be. Less than ``patience``, so that who is let in
        can also finish: otherwise a long line spends its turns on callers that give up half-way.
        """
        return DynamoTurnstile(self, key, patience, admission or patience)


class DynamoTurnstile:
    """See ``Turnstile`` in quickbooks/client.py."""

    def __init__(self, throttle: DynamoThrottle, key: ConnectionKey, patience: timedelta, admission: timedelta) -> None:
        self._throttle = throttle
        self._key = key
        self._patience = round(patience / timedelta(seconds=1) * SECOND)
        self._admission: int | None = round(admission / timedelta(seconds=1) * SECOND)

    def enter(self, kind: CallKind, metered: int) -> None:
        """Sleep until it is this call's turn. Raises WaitingForTurn when that is beyond the caller's patience.

        Metered reads are counted here, so those that fail are among them.
        """
        wait = self._book(_ATTRIBUTES[kind], self._throttle.limits.lane(kind), metered)
        self._admission = None
        if wait > 0:
            self._patience -= wait
            self._throttle.sleep(to_seconds(wait))

    def closed_for(self, seconds: int) -> None:
        """Move both lanes there, unless they are farther already."""
        until = to_moment(self._throttle.now()) + seconds * SECOND
        limits = self._throttle.limits
        for attribute, lane in (("tat", limits.calls), ("batch_tat", limits.batches)):
            self._close(attribute, until + (lane.burst - 1) * lane.spacing)

    def _close(self, attribute: str, tat: int) -> None:
        try:
            self._throttle.table.update(
                *keys.throttle(self._key),
                f"SET #{attribute} = :tat",
                f"attribute_not_exists(#{attribute}) OR #{attribute} < :tat",
                {"tat": tat},
            )
        except ConditionFailed:
            return
        self._throttle.seen[self._key, attribute] = tat

    def _book(self, attribute: str, lane: Lane, metered: int) -> int:
        """Take a turn; return the microseconds until then."""
        throttle, place = self._throttle, (self._key, attribute)
        for _ in range(_TRIES):
            moment = throttle.now()
            now = to_moment(moment)
            patience = self._patience if self._admission is None else min(self._admission, self._patience)
            latest = now + patience + (lane.burst - 1) * lane.spacing
            seen = throttle.seen.get(place, 0)
            if seen > latest:
                raise self._too_long(lane.turn(seen) - now)
            try:
                booked = self._move(attribute, lane, now, latest, idle=seen <= now, moment=moment, metered=metered)
            except ConditionFailed as otherwise:
                # Somebody else moved it; or it is idle although it was not when we looked last.
                throttle.seen[place] = int(otherwise.item.get(attribute, 0))
                continue
            throttle.seen[place] = booked
            return max(0, lane.turn(booked - lane.spacing) - to_moment(throttle.now()))
        raise StorageUnavailable("Too many calls of this company at the same moment.", code="throttle_contended")

    def _move(
        self, attribute: str, lane: Lane, now: int, latest: int, *, idle: bool, moment: datetime, metered: int
    ) -> int:
        """Move the lane on by one call; return its new theoretical arrival time. Raises ConditionFailed."""
        if idle:
            update = f"SET #{attribute} = :fresh"
            condition = f"attribute_not_exists(#{attribute}) OR #{attribute} <= :now"
        else:
            update = f"SET #{attribute} = #{attribute} + :spacing"
            condition = f"#{attribute} > :now AND #{attribute} <= :latest"
        reads = f"reads_{month_of(moment)}"
        if metered:
            update += f" ADD #{reads} :metered"
        item = self._throttle.table.update(
            *keys.throttle(self._key),
            update,
            condition,
            {
                "fresh": now + lane.spacing,
                "spacing": lane.spacing,
                "now": now,
                "latest": latest,
                "metered": metered,
            },
            answer="UPDATED_NEW",
            failed_with_item=True,
        )
        if metered:
            self._warn(int(item[reads]), metered)
        return int(item[attribute])

    def _warn(self, reads: int, metered: int) -> None:
        """Each level is crossed by one call only, whoever makes it."""
        allowance = self._throttle.limits.reads_per_month
        for level in warnings_between(reads - metered, reads, allowance):
            logger.warning(
                "metered reads of the month",
                extra={
                    "percent": level,
                    "reads": reads,
                    "allowance": allowance,
                    "connection_id": self._key.connection_id,
                },
            )

    @staticmethod
    def _too_long(wait: int) -> WaitingForTurn:
        seconds = max(1, -(-wait // SECOND))
        return WaitingForTurn(f"This QuickBooks company takes no more requests for {seconds} s.")
