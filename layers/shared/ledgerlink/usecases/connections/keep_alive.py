"""Renew the access of connections that nobody uses, and warn before an authorisation ends."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ledgerlink.domain.connections import ConnectionKey
from ledgerlink.domain.expiry import FIRST, Ending, warning_due
from ledgerlink.domain.times import to_text
from ledgerlink.errors import ConnectionRevoked, SyncError, Unexpected

logger = logging.getLogger(__name__)

UNUSED_FOR = timedelta(hours=24)
"""Intuit's refresh tokens end about 100 days after their last use; once a day leaves room for any outage."""


class WatchedTokens(Protocol):
    """The tokens of all connections that are connected."""

    def not_renewed_since(self, moment: datetime) -> Iterable[ConnectionKey]:
        """The longest unused first."""

    def ending_before(self, moment: datetime) -> Iterable[Ending]:
        """Those that end by then unless the tenant connects again."""

    def warned(self, ending: Ending, days: int) -> bool:
        """Keep that it was said; True for the first who says it."""


class Renewal(Protocol):
    """The tokens of one connection."""

    def access_token(self) -> str:
        """One that is good for some minutes, renewed if need be. Raises ConnectionRevoked, or a Transient error."""


class Announcer(Protocol):
    """Tells the host."""

    def publish(self, event: str, tenant_id: str, detail: dict[str, object]) -> None: ...


@dataclass(frozen=True, slots=True)
class KeptAlive:
    """What one run did."""

    renewed: int
    warned: int


def keep_alive(
    tokens: WatchedTokens,
    renewal: Callable[[ConnectionKey], Renewal],
    events: Announcer,
    clock: Callable[[], datetime],
    until: datetime,
) -> KeptAlive:
    """Renew until then; who is left over comes first in the next run.

    Raises Unexpected at the end if some could not be renewed for a reason that is not theirs.
    """
    warned = _warn(tokens, events, clock())
    renewed = failed = 0
    for key in tokens.not_renewed_since(clock() - UNUSED_FOR):
        if clock() >= until:
            break
        told = {"tenant_id": key.tenant_id, "connection_id": key.connection_id}
        try:
            renewal(key).access_token()
        except ConnectionRevoked:
            logger.info("access ended", extra=told)
        except SyncError as error:
            logger.warning("access not renewed", extra=told | {"error_code": error.code})
        except Exception:  # one connection must not keep all others waiting
            failed += 1
            logger.exception("access not renewed", extra=told)
        else:
            renewed += 1
    if failed:
        raise Unexpected(f"The access of {failed} connections could not be renewed.", code="keep_alive_failed")
    return KeptAlive(renewed, warned)


def _warn(tokens: WatchedTokens, events: Announcer, now: datetime) -> int:
    count = 0
    for ending in tokens.ending_before(now + FIRST):
        days = warning_due(ending.ends_at, ending.warned, now)
        if days is None or not tokens.warned(ending, days):
            continue
        count += 1
        events.publish(
            "connection.expiring",
            ending.key.tenant_id,
            {"connection_id": ending.key.connection_id, "ends_at": to_text(ending.ends_at), "days": days},
        )
    return count
