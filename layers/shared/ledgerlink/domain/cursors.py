"""How far the changes of a company have been read.

A cursor is made of QuickBooks' own times: the largest LastUpdatedTime that was seen, and when QuickBooks began
its last complete answer. Our clock only says where a new cursor starts, with a day to spare.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from ledgerlink.domain import rows
from ledgerlink.domain.changes import Changes
from ledgerlink.domain.records import instant

OVERLAP = timedelta(minutes=5)
"""LastUpdatedTime has whole seconds, and a change may show some time after its own."""
QUIET_OVERLAP = timedelta(hours=1)
"""A company in which nothing happens: before an answer by QuickBooks' own clock, nothing that old shows up any more."""
START_OVERLAP = timedelta(days=1)
"""Where a cursor starts by our clock: no clock is that far off."""
LOOK_BACK = timedelta(days=29)
"""Change data capture looks back 30 days (Intuit, "Change data capture"); the day is for clocks that differ."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reading of what an answer left out goes on: in this second, behind so many of its rows."""

    moment: datetime
    rows: int = 0
    """In the order of their Id."""
    last_id: str = ""
    """Of the last of them. If another row stands there now, some have changed again and the count is void."""


class ChangedRows(NamedTuple):
    """A page of rows in the order of their last change."""

    rows: Sequence[Mapping[str, Any]]
    place: Place
    """Where the next page begins."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one entity was read."""

    answered: datetime
    """When QuickBooks began its last complete answer, by its own clock; at the start surely before now."""
    seen: datetime | None = None
    """The largest LastUpdatedTime; None while nothing was seen."""
    place: Place | None = None
    """While an answer that was cut is being completed, over several polls if need be: how far that came."""

    @property
    def since(self) -> datetime:
        """From when on to ask: before this, everything was seen."""
        quiet = self.answered - QUIET_OVERLAP
        return max(quiet, self.seen - OVERLAP) if self.seen else quiet

    @property
    def start(self) -> Place:
        """Where to begin with what an answer left out, or to go on."""
        since = self.since.replace(microsecond=0)
        return self.place if self.place and self.place.moment >= since else Place(since)

    @property
    def leaves_nothing_out(self) -> bool:
        """Whether reading from ``start`` on is as good as reading from ``since`` on."""
        return self.start.moment <= self.since

    def moved(self, seen: datetime | None, answered: datetime | None) -> Self:
        """As far as a complete answer goes; never backwards."""
        return type(self)(
            answered=max(self.answered, answered) if answered else self.answered,
            seen=max(filter(None, (self.seen, seen)), default=None),
        )

    def reached(self, place: Place, shown: datetime | None, answered: datetime | None) -> Self:
        """Everything up to that place was read, after an answer that was cut.

        The answer was begun then, and changes as new as ``shown`` had been told before. That moves the cursor as far as
        that place; both are None where the reading went on without the overlap, which moves the place alone.
        """
        seen = min(shown, place.moment + OVERLAP) if shown else None
        complete = min(answered, place.moment + QUIET_OVERLAP) if answered else None
        return replace(self.moved(seen, complete), place=place)


type Cursors = Mapping[str, Cursor]
"""By entity: a direction that was off for a while goes on where it was."""


def started(entities: Iterable[str], now: datetime) -> dict[str, Cursor]:
    """Cursors that miss nothing which happens from now on."""
    return {entity: Cursor(answered=now - START_OVERLAP) for entity in entities}


def earliest(cursors: Cursors, entities: Iterable[str]) -> datetime:
    """From when on one call for all these entities has to ask."""
    return min(cursors[entity].since for entity in entities)


def too_old(cursors: Cursors, entities: Iterable[str], now: datetime) -> list[str]:
    """The entities for which change data capture does not look back far enough."""
    return [entity for entity in entities if now - cursors[entity].since > LOOK_BACK]


def after(
    cursors: Cursors, entities: Iterable[str], changes: Changes, told: datetime | None = None
) -> dict[str, Cursor]:
    """The cursors once these changes are stored: of what was answered completely, as far as anything was seen.

    ``told`` is the latest change that an answer before this one showed.
    """
    seen, moved = max(filter(None, (told, shown(changes))), default=None), dict(cursors)
    for entity in entities:
        if entity not in changes.truncated:
            moved[entity] = cursors[entity].moved(seen, changes.time)
    return moved


def newest(changes: Changes) -> datetime | None:
    """The largest LastUpdatedTime of all."""
    found = [last_updated(row) for entity in changes.rows.values() for row in entity]
    found += [instant(tombstone.last_updated_time) for tombstone in changes.deleted]
    return max(filter(None, found), default=None)


def shown(changes: Changes) -> datetime | None:
    """The largest LastUpdatedTime; one that is ahead of QuickBooks' clock counts as that clock's."""
    found = newest(changes)
    return min(found, changes.time) if found and changes.time else found


def last_updated(row: Mapping[str, Any]) -> datetime | None:
    """When the row was last changed, by QuickBooks' clock."""
    return instant(rows.text(rows.part(row, "MetaData"), "LastUpdatedTime"))


def created(row: Mapping[str, Any]) -> datetime | None:
    """When the row was made, by QuickBooks' clock."""
    return instant(rows.text(rows.part(row, "MetaData"), "CreateTime"))


def missing(cursors: Cursors, entities: Sequence[str]) -> list[str]:
    """The entities that were never read."""
    return [entity for entity in entities if entity not in cursors]
